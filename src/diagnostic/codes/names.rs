//! Codes of the family `names`: `E02..`, names and words that do not stand for what is needed.

use super::codes;

codes! {
    /// Two declarations of one name.
    DECLARED_TWICE = "E0201" Error "a name declared twice" {
        explanation: "Names are global: every file of a project may use a name that another declares, so one name must stand for one thing. Two declarations share this name, perhaps in two files, perhaps of two kinds, and nobody could say which one a flow or a rule means. Purposes and categories of data have names of their own, which the standard vocabulary shares.",
        example: "party niesr \"National Institute\" { kind research-organisation }\nparty niesr \"The institute\" { kind charity }",
        remedy: "Rename one of the two, or join them into one declaration. The message shows both places.",
    }
    /// A declaration of a built-in word.
    BUILT_IN_NAME = "E0202" Error "a built-in name declared" {
        explanation: "Some names have a meaning of their own. `public` is whoever reads what is published, `anyone` is everybody, `not-stated` says that a source is silent, `children` are data subjects under age wherever they are, and `collection`, `receipt` and `last-contact` are moments that come for each person at a time of their own.",
        example: "party public \"The public\" { country GB }",
        remedy: "Choose another name. The built-in ones may be used without a declaration.",
    }
    /// A name that nothing declares.
    UNKNOWN_NAME = "E0203" Error "an unknown name" {
        explanation: "Parties, datasets, flows and recipients form a closed world: what is not declared does not exist, so a misspelt name would quietly make a rule pass. A name is therefore looked up in every file of the project, and one that nothing declares is an error. Each unknown name is reported once, with the first places that use it.",
        example: "party niesr { kind research-organisation }\nparty hackney { kind local-authority }\ndataset families { held by hackney; fields name }\nflow send { from hackney; to niser; data families }",
        remedy: "Mend the spelling, or declare the thing. A dataset that a step `gives` need not be declared.",
    }
    /// A name of a thing of another kind.
    WRONG_KIND = "E0204" Error "a name of the wrong kind" {
        explanation: "The name is declared, but as something else than is needed here: a dataset where a party belongs, a team where a party must answer in law, an activity in place of a purpose. A team is a place and never a controller or processor of its own, because only organisations have duties in data protection law.",
        example: "party hackney { kind local-authority }\nparty niesr { kind research-organisation }\ndataset families { held by hackney; fields name }\nflow send { from families; to niesr; data families }",
        remedy: "Name a thing of the kind that the message asks for. Both the place of use and the declaration are shown.",
    }
    /// A team that its party does not have.
    UNKNOWN_TEAM = "E0205" Error "an unknown team" {
        explanation: "A team is named with its party, `hackney.early-help`, and is declared inside the braces of that party. Either there is no party of that name, or it has no such team.",
        example: "party hackney { team early-help }\ndataset families { held by hackney.erly-help; fields name }",
        remedy: "Mend the spelling, or add `team NAME \"Title\"` to the party.",
    }
    /// A word that no vocabulary has.
    UNKNOWN_WORD = "E0206" Error "a word that the vocabulary does not know" {
        explanation: "Kinds of party, channels, safeguards, legal bases, conditions, contract terms, methods of destruction and classes of purpose are words of the vocabulary, so that rules can speak of them and two files mean the same. The standard vocabulary has the usual ones; a project adds its own.",
        example: "party hackney { kind local-authorty }",
        remedy: "Mend the spelling, or add the word to a vocabulary file that `staunch.yaml` names.",
    }
    /// A word outside a closed list.
    NOT_ONE_OF = "E0207" Error "a word outside a closed list" {
        explanation: "Some facts have a fixed list of answers, because a check depends on each of them: kinds of special-category data, of agreement, of automation. The word is not in the list.",
        example: "category shoe-size { identifies no; special shoes }",
        remedy: "Use one of the words that the message lists.",
    }
    /// A field whose category is not known.
    FIELD_WITHOUT_CATEGORY = "E0208" Error "a field without a category" {
        explanation: "What a field can give away depends on its category: a name identifies by itself, a date of birth together with others, a diagnosis is special-category data. A field in `fields` takes the category of its own name. No category has this name.",
        example: "party hackney { kind local-authority }\ndataset families { held by hackney; fields adress, name }",
        remedy: "Mend the spelling, or say the category on a line of its own: `field x : category`.",
    }
    /// A category's last part that several share.
    AMBIGUOUS_CATEGORY = "E0209" Error "an ambiguous category" {
        explanation: "A category may be named by its whole path or, where that is unique, by the last part of it. Several categories end in this word, and they may differ in how they identify or in how the law treats them.",
        example: "category vehicle { }\ncategory boat { }\ncategory licence under vehicle { }\ncategory licence under boat { }\nparty dvla { kind government-department }\ndataset drivers { held by dvla; fields licence }",
        remedy: "Write the whole path, one of those that the message lists.",
    }
    /// A level that a category does not have.
    UNKNOWN_LEVEL = "E0210" Error "an unknown level of precision" {
        explanation: "Quasi-identifiers have levels of precision, finest first: a date of birth by day, month or year. The level decides whether fields identify a person together, so a level that the category does not have says nothing.",
        example: "party hackney { kind local-authority }\ndataset births { held by hackney; field born : date-of-birth at fortnight }",
        remedy: "Use one of the levels that the message lists.",
    }
    /// A rule pack that there is not.
    UNKNOWN_PACK = "E0211" Error "an unknown rule pack" {
        explanation: "`adopt` takes rule packs that come with Staunch by their names, and a project's own by their paths in quotes. No pack has this name, so none of its rules would be checked.",
        example: "adopt uk-gpdr",
        remedy: "Mend the spelling, or give the path of a pack of your own in quotes.",
    }
    /// A dataset in an operation that the step does not take.
    NOT_TAKEN = "E0212" Error "a dataset that the step does not take" {
        explanation: "A step works on what it takes. `match` and `append` name some of that, or a result that the step gives; they cannot reach for a dataset that the step was not given.",
        example: "party dfe { kind government-department }\ndataset pupils { held by dfe; fields name }\ndataset exams { held by dfe; fields name }\nstep link at dfe { takes pupils; match pupils with exams on name; gives results }",
        remedy: "Add the dataset to the step's `takes`.",
    }
    /// Words under words without an end.
    TREE_TOO_DEEP = "E0213" Error "words too deep under each other" {
        explanation: "Categories and purposes may stand 32 deep under each other. No vocabulary comes near; the bound keeps a broken or hostile file from exhausting the machine, since the name of a category holds the names of all above it.",
        example: "category c1 under social { }\ncategory c2 under c1 { }\ncategory c3 under c2 { }\n…",
        remedy: "Put the words under wider ones that are there already.",
    }
    /// More levels of precision than can be told apart.
    TOO_MANY_LEVELS = "E0214" Error "too many levels of precision" {
        explanation: "A category may have 16 levels of precision, finest first. Nobody can tell more of them apart.",
        example: "category month-of-birth under identity { level l1; level l2; level l3; …(17 levels) }",
        remedy: "Keep the levels that data is really shared at.",
    }
    /// Packs that adopt each other.
    PACK_CIRCLE = "E0215" Error "rule packs that adopt each other in a circle" {
        explanation: "A pack takes over the rules of those that it adopts. Where two adopt each other, or one adopts itself, nobody can say which builds on which, and a change to either changes both.",
        example: "adopt \"example.staunch\"",
        remedy: "Put what both need into a third file, and let both adopt that.",
    }
    /// A pack for a later version of the language.
    PACK_LANGUAGE = "E0216" Error "a rule pack for a newer version of the language" {
        explanation: "A pack says for which version of the language it is written. This one is written for a later version than this program knows, so its rules might be read wrongly.",
        example: "pack ours \"Our rules\" { language 99 }",
        remedy: "Install a newer version of Staunch, or take an earlier edition of the pack.",
    }
}
