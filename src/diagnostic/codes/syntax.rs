//! Codes of the family `syntax`: words, layout, and the shape of lines and sentences.

use super::codes;

codes! {
    BAD_CHARACTER = "E0101" Error "a character that means nothing" {
        explanation: "Outside texts in double quotes the language has words, numbers, dates and the signs `{ } ( ) , ; : #`. Any other character, often pasted in from a document, would be guessed at, so it is refused instead. Names have the letters a to z, digits and hyphens; the full spelling of a name, with accents, stands in the title.",
        example: "party hackney % \"London Borough of Hackney\"",
        remedy: "Take the character out, or put the wording in double quotes.",
    }
    UNCLOSED_TEXT = "E0102" Error "a text without its closing quote" {
        explanation: "A text begins and ends with a straight double quote on one line. Without the second quote everything after it on the line would silently become part of the text.",
        example: "party hackney \"London Borough of Hackney",
        remedy: "Put `\"` at the end of the text. A long text stays on one line.",
    }
    OTHER_QUOTES = "E0103" Error "quotation marks of another sort" {
        explanation: "Word processors turn straight quotes into curly ones, and some people write single ones. Only straight double quotes hold a text, so that where it ends is never in doubt. Curly quotes inside a text are welcome.",
        example: "party hackney “London Borough of Hackney”",
        remedy: "Replace the marks at both ends by straight double quotes.",
    }
    BAD_ESCAPE = "E0104" Error "a lone backslash in a text" {
        explanation: "Inside a text a backslash only stands before a double quote or another backslash. Before anything else it is most likely a path or a mistake.",
        example: "notice n \"Notice\" { text \"docs\\notice.md\" }",
        remedy: "Write `\\\\` for a backslash, `\\\"` for a double quote, and `/` between folders.",
    }
    BAD_DATE = "E0105" Error "a date that cannot be read" {
        explanation: "Dates are written year-month-day with four, two and two digits, so that 03/04 can never be read in two ways, and they must be days of the calendar. Deadlines and intervals rest on them.",
        example: "event study-end { expected 2016-02-30 }",
        remedy: "Write a date such as `2016-03-31`.",
    }
    BAD_NUMBER = "E0106" Error "a number that cannot be read" {
        explanation: "Numbers are whole and written in digits only, without commas, letters or a sign, up to 18,446,744,073,709,551,615. A name begins with a letter.",
        example: "people residents { count 1,200 }",
        remedy: "Write the digits alone, as in `1200`.",
    }
    BAD_DURATION = "E0107" Error "a duration that cannot be read" {
        explanation: "A duration is a number in figures and a unit: `days`, `weeks`, `months` or `years`. Retention is reckoned from it, so it has to be exact.",
        example: "dataset d { retain 6 yeers after case-closed then destroy }",
        remedy: "Write a duration such as `6 years` or `30 days`.",
    }
    NAME_TOO_LONG = "E0108" Error "a name that is too long" {
        explanation: "Names appear in every message, diagram and table, so they may have 256 characters. Longer wording is what titles are for.",
        example: "party aaaaaaaa…(more than 256 letters)",
        remedy: "Shorten the name and put the wording in the title.",
    }
    NESTED_TOO_DEEP = "E0109" Error "nested too deep" {
        explanation: "Braces, brackets and durations after durations may stand 64 deep in each other. No meaningful model comes near; the bound keeps a broken or hostile file from exhausting the machine.",
        example: "rule r { every flow must have ((((…65 brackets…)))) }",
        remedy: "Say it in several declarations or rules.",
    }
    UNCLOSED_BRACE = "E0110" Error "a brace that is never closed" {
        explanation: "The `{` of a declaration has no `}`. A keyword at the very start of a line shows that the next declaration begins there, and what follows is read as if the brace had been closed before it.",
        example: "party a {\n  kind school\nparty b { kind school }",
        remedy: "Put a `}` where the declaration ends.",
    }
    STRAY_BRACE = "E0111" Error "a brace that closes nothing" {
        explanation: "There is a `}` more than there are `{`. Often the declaration above was closed too early.",
        example: "party a { kind school } }",
        remedy: "Take the `}` out, or put the lines before it inside the declaration.",
    }
    UNKNOWN_DECLARATION = "E0112" Error "not a declaration" {
        explanation: "A line outside braces begins with the word that says what is declared: `party`, `dataset`, `flow`, `step`, `rule` and so on. This one begins with something else, so the whole declaration is left out.",
        example: "prty hackney \"London Borough of Hackney\"",
        remedy: "Correct the word, or move the line into the declaration that it belongs to.",
    }
    MISSING_NAME = "E0113" Error "a declaration without a name" {
        explanation: "Rules, flows and findings speak of a declaration by its name, so it needs one: short, in small letters, without spaces. The title in quotes is for people and comes after it.",
        example: "dataset \"Families on the programme\" { held by hackney }",
        remedy: "Write a name between the keyword and the title.",
    }
    NAME_SHAPE = "E0114" Error "a name that is not in kebab-case" {
        explanation: "Names that are declared are written in small letters, digits and hyphens (`early-help`), so that there is one way to spell each. A dot only enters a party's team (`hackney.early-help`) or a category's branch.",
        example: "party London_Borough { kind local-authority }",
        remedy: "Spell the name as the message proposes.",
    }
    MISSING_PLACE = "E0115" Error "a step, use or decision without its place" {
        explanation: "What can be learnt from data depends on who works on it, so every step, use and decision says at which party or team it happens.",
        example: "step strip { takes families; drop name; gives cohort }",
        remedy: "Write `at PLACE` after the name, or `at not-stated` when the source does not say.",
    }
    UNKNOWN_PROPERTY = "E0116" Error "a line that the declaration does not have" {
        explanation: "Every line of a declaration begins with a property word. This word is none of this kind of declaration: it is misspelt, belongs to another one, or a sentence went on to a new line.",
        example: "flow f { from a; too b; data d }",
        remedy: "Use one of the words that the message lists.",
    }
    MISSING_VALUE = "E0117" Error "a line without its value" {
        explanation: "The property word stands there, but what it should say is missing. When the source is silent, the language has a word for that: `not-stated`.",
        example: "flow f { from; to b; data d }",
        remedy: "Write the value, or `not-stated`.",
    }
    WRONG_VALUE = "E0118" Error "a value of the wrong sort" {
        explanation: "Each property takes a certain sort of value: a name, a date, a text in double quotes, a number, a duration. This one found another sort.",
        example: "event study-end { expected soon }",
        remedy: "Write a value of the sort that the message names.",
    }
    NOT_ONE_OF = "E0119" Error "a word outside the known few" {
        explanation: "Some properties take one of a few words that the language itself fixes, because the check depends on them. This word is none of them.",
        example: "people pupils { children many }",
        remedy: "Use one of the words that the message lists.",
    }
    LEFTOVER = "E0120" Error "words after a complete line" {
        explanation: "The line says all that it can say, and something still follows. Often a comma is missing between two values, or two facts stand on one line without `;`.",
        example: "dataset d { fields name address }",
        remedy: "Put a comma between values, `;` between facts, or take the rest out.",
    }
    NO_BODY = "E0121" Error "a declaration that takes no lines" {
        explanation: "Walls, combinations, compatible purposes, assumptions and adopted packs say everything on one line; they have no braces.",
        example: "wall between a and b { except anonymous }",
        remedy: "Write it all on the line, without braces.",
    }
    UNCLOSED_BRACKET = "E0122" Error "a bracket that is not closed" {
        explanation: "The `(` opens a list of fields or a part of a condition and has no `)`.",
        example: "flow f { from a; to b; data families(name, address }",
        remedy: "Close the bracket with `)`.",
    }
    TEXT_TOO_LONG = "E0123" Error "a text that is too long" {
        explanation: "Titles, reasons and quotes stand in messages and reports, so a text in quotes may have 10,000 bytes, which is some four pages. A longer one is most likely a document pasted in, or a closing quote that was forgotten.",
        example: "notice n \"Everything that the council has ever written about …(10,000 letters)\"",
        remedy: "Shorten the text. The text of a notice stands in a file of its own, which `text` names.",
    }
    UNKNOWN_SENTENCE = "E0130" Error "a sentence that fits no form" {
        explanation: "A rule's sentence has one of ten forms, each with `must` or `may`. A line of a rule that is neither such a sentence nor one of its properties cannot be judged. Rules only forbid and require: none permits what another forbids.",
        example: "rule r { hackney gets identifiable data }",
        remedy: "Say it in one of the forms, such as `hackney must never receive identifiable data`.",
    }
    OTHER_MODAL = "E0131" Error "another word for must and may" {
        explanation: "English has many ways to forbid, and people read `should not`, `may not` and `cannot` differently. The language has one way each: `must never`, `must`, `may only`.",
        example: "rule r { hackney must not receive identifiable data }",
        remedy: "Say `must never` for what is forbidden and `must` for what is required.",
    }
    UNKNOWN_VERB = "E0132" Error "a verb that rules do not know" {
        explanation: "Rules speak of data that someone receives (it came in from outside) or holds (it is there, however it came), that passes through a step, and that is used. Other verbs would need a meaning of their own.",
        example: "rule r { hackney must never see identifiable data }",
        remedy: "Say `receive`, `hold`, `be used for` or `pass through`.",
    }
    OTHER_LEVEL_WORD = "E0133" Error "another word for a level" {
        explanation: "How identifiable data is has seven fixed words: `identified`, `identifiable`, `pseudonymised`, `personal`, `row-level`, `aggregate`, `anonymous`. Words such as `anonymised` or `de-identified` say that something was done to the data, not what can still be learnt from it, so they are not taken for a level.",
        example: "rule r { hackney must never receive anonymised data }",
        remedy: "Say which level is meant.",
    }
}
