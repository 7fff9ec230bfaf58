//! Codes of rules and promises.

use super::codes;

codes! {
    UNKNOWN_NAME = "E0501" Error "a rule names something that is not declared" {
        explanation: "A rule that speaks of something nobody declared would hold for ever and protect nobody, so it is an error.",
        example: "party a \"A\" { kind charity }\nrule r { aa must never receive data }\n",
        remedy: "Correct the name, or declare it.",
    }
    WRONG_KIND = "E0502" Error "a rule uses a name for the wrong kind of thing" {
        explanation: "The name is declared, but as something that cannot stand at this place of the sentence.",
        example: "party a \"A\" { kind charity }\ndataset list { held by a; fields name }\nrule r { list must never receive data }\n",
        remedy: "Use the name of a thing of the kind that the message asks for.",
    }
    SWALLOWED = "E0503" Error "an exception swallows its rule" {
        explanation: "Whatever the model says, the exception takes away everything that the sentence forbids: the rule can never be broken and promises nothing. This is judged on the words alone.",
        example: "party a \"A\" { kind charity }\nrule r { a must never receive personal data except identifiable data }\n",
        remedy: "Make the exception narrower than the rule, or remove the rule.",
    }
    UNUSED_EXCEPTION = "W0504" Warning "an exception never applies" {
        explanation: "Without this exception the rule would be judged just the same. An exception that nothing needs is a door left open for what nobody decided.",
        example: "party a \"A\" { kind charity }\nrule r { a must never receive data except anonymous data }\n",
        remedy: "Remove it, or keep it if it is meant for what is to come.",
    }
    UNKNOWN_ENTITY = "E0505" Error "`every` of something that rules do not know" {
        explanation: "After `every` comes the kind of thing that the rule speaks of: flow, copy, dataset, step, use, decision, activity, processor, agreement, law, law cited, notice, promise, party, people, event, dpia.",
        example: "rule r { every spreadsheet must have controller }\n",
        remedy: "Use one of the kinds listed in the language reference.",
    }
    UNKNOWN_FACT = "E0506" Error "a condition on a fact that the thing does not have" {
        explanation: "Each kind of thing has its own facts. A misspelt fact would make the rule mean nothing.",
        example: "rule r { every flow must have chanel }\n",
        remedy: "Use one of the facts that `staunch explain \"every flow\"` lists, with the kind of thing in question.",
    }
    WRONG_VALUE = "E0507" Error "a fact is held against a value of the wrong kind" {
        explanation: "A period is compared with a period, a date with a date, a word with a word that the vocabulary knows.",
        example: "rule r { every copy must retention is at most secure-email }\n",
        remedy: "Compare with a value of the kind that the message names.",
    }
    WRONG_FILTER = "E0508" Error "a filter that does not fit the thing" {
        explanation: "Not every filter makes sense for every kind of thing: an agreement is not `at` a place.",
        example: "party a \"A\" { kind charity }\nrule r { every law at a must be in force }\n",
        remedy: "Remove the filter, or use another kind of thing.",
    }
    WAIVER_EXPIRED = "W0509" Warning "a waiver that has expired" {
        explanation: "A waiver lasts until the day that it names. From the day after, what it put off is shown and counts again.",
        example: "party a \"A\" { kind charity }\nparty b \"B\" { kind charity }\ndataset d { held by a; fields name }\nflow f { from a; to b; data d }\nrule r { b must never receive data }\nwaive r for f { because \"being moved\"; by \"head of service\"; on 2019-06-01; until 2020-01-01 }\n",
        remedy: "Mend what it put off, or have it approved once more with a new end.",
    }
    WAIVER_WITHOUT_USE = "W0510" Warning "a waiver that puts nothing off" {
        explanation: "No finding of the rule is about what the waiver is for: it was mended, or the name is not the one that the finding has. A waiver that is left lying about would put off the next mistake of the same name.",
        example: "party a \"A\" { kind charity }\nrule r { a must never receive data }\nwaive r for a { because \"being moved\"; by \"head of service\"; until 2026-06-01 }\n",
        remedy: "Take it out, or name what the finding is about: `staunch check --format json` lists the `subjects` of each.",
    }
    WAIVER_TOO_LONG = "E0511" Error "a waiver that lasts too long" {
        explanation: "A waiver puts something off; what is put off for years has been given up. A year from its approval is the longest, unless the project's settings say otherwise.",
        example: "party a \"A\" { kind charity }\nrule r { a must never receive data }\nwaive r for a { because \"being moved\"; by \"head of service\"; on 2026-01-01; until 2030-01-01 }\n",
        remedy: "Let it end earlier, or set `thresholds: longest-waiver-days` in `staunch.yaml`.",
    }
}
