//! Codes of the family `vocabulary`: a project's own words and its settings.

use super::codes;

codes! {
    NOT_YAML = "E0601" Error "not readable as YAML" {
        explanation: "Word lists and `staunch.yaml` are written in YAML. This file breaks YAML's own rules, so nothing in it can be used. The place shown is where the reader lost the thread; the mistake is there or just before it.",
        example: "purposes:\n  tenancy-support: { title: Tenancy support\n",
        remedy: "Look for a bracket or quotation mark that is not closed, a tab used as indentation, or a missing space after a colon.",
    }
    TOO_BIG = "E0602" Error "larger or more tangled than is read" {
        explanation: "A file of words or settings comes from people, so there is no good reason for it to be huge, to nest very deeply or to refer back to parts of itself. Such files are refused at once, because a small file made with ill will can otherwise grow to fill a computer's memory.",
        example: "purposes: &again\n  outreach: { title: Outreach }\nterms: *again\n",
        remedy: "Write words out where they are needed, split very large files, and keep to the layout that the standard word lists show.",
    }
    UNKNOWN_KEY = "E0603" Error "a key that is not known here" {
        explanation: "Each part of a word list and of `staunch.yaml` has a fixed set of keys. A key outside that set would be ignored silently, and a misspelt setting that does nothing is worse than none, so it is an error.",
        example: "categories:\n  identity.library-card: { titel: Library card }\n",
        remedy: "Correct the spelling, or move the line to the part of the file where the key belongs.",
    }
    WRONG_SHAPE = "E0604" Error "a value of the wrong shape" {
        explanation: "Some values are single words, some are lists and some are mappings (`key: value` lines that stand further in). Here one was found where another was expected.",
        example: "vocabularies: { our-words.yaml }\n",
        remedy: "Write the value in the shape that the help names. The standard word lists show every shape in use.",
    }
    SAID_TWICE = "E0605" Error "a word that is there already" {
        explanation: "A word means one thing in the whole project. It is declared twice in these files, or it is one of the standard words. Project files add words and never change the standard ones, because rules that everybody shares rely on what those mean.",
        example: "purposes:\n  evaluation: { title: Our evaluation }\n",
        remedy: "Use the existing word, or give yours another name. To be more exact than a standard word, put a new word under it with `under`.",
    }
    UNKNOWN_PARENT = "E0606" Error "stands under a word that is not known" {
        explanation: "Categories, purposes and kinds of party form trees: what is true of a word is true of everything under it, and rules reach words through the tree. The word that this one should stand under does not exist, so no rule about it would reach this one.",
        example: "purposes:\n  tenancy-support: { title: Tenancy support, under: housing-help }\n",
        remedy: "Correct the name, or declare the parent as well. A category is written with its path (`identity.library-card`) or with `under`.",
    }
    CIRCLE = "E0607" Error "words that stand under each other" {
        explanation: "Following `under` from this word leads back to it, or goes on for more levels than any real tree has. A tree needs a top.",
        example: "purposes:\n  outreach: { under: engagement }\n  engagement: { under: outreach }\n",
        remedy: "Remove `under` from the widest of the words, or put it under a standard word.",
    }
    UNKNOWN_VALUE = "E0608" Error "a value that is not one of the possible ones" {
        explanation: "This key takes one of a few fixed values, and the one given is not among them. Guessing could make identifying data look harmless, so nothing is guessed.",
        example: "categories:\n  identity.library-card: { title: Library card, identifies: directly }\n",
        remedy: "Choose one of the values that the help lists.",
    }
    LEVELS_DISAGREE = "E0609" Error "levels of precision that contradict each other" {
        explanation: "Levels are listed finest first. Coarser data can never identify people better than finer data of the same category, the finest level is the one that `identifies` speaks of, and each level has a name of its own. Here one of these does not hold.",
        example: "categories:\n  identity.library: { levels: { region: quasi, branch: direct } }\n",
        remedy: "Put the most exact level first, and give each level its own name. Leave `identifies` out when levels are listed; it follows from them.",
    }
    UNKNOWN_CATEGORY = "E0610" Error "a combination of a category that is not known" {
        explanation: "A combination lists categories that single a person out when they are held together. One of the categories named does not exist, or its short name is shared by several, so the combination could not be looked for.",
        example: "combinations:\n  - [date-of-birth, post-code]\n",
        remedy: "Correct the name. Where two categories share a last part, write the whole path.",
    }
    UNKNOWN_LEVEL = "E0611" Error "a level of precision that the category does not have" {
        explanation: "A combination says, for each category, the coarsest level at which it still counts. This category has no level of that name.",
        example: "combinations:\n  - { date-of-birth: week, postcode: unit }\n",
        remedy: "Use one of the category's own levels; `staunch explain` followed by the category lists them.",
    }
    NOTHING_TO_COMBINE = "E0612" Error "a combination that cannot identify anybody" {
        explanation: "A combination needs at least two different categories, each of which tells people apart at least a little (`quasi` or more) at the level given. Otherwise it would either never apply or call everything identifying.",
        example: "combinations:\n  - [date-of-birth]\n",
        remedy: "Add the other categories that must be known as well, use a finer level, or say in the category that it is a quasi-identifier.",
    }
    MALFORMED_NAME = "E0613" Error "not a name that can be used" {
        explanation: "Words are written in `.staunch` files without quotation marks, so they are made of small letters, digits and hyphens and begin with a letter. Only categories have dots, between the parts of their path.",
        example: "purposes:\n  Tenancy Support: { title: Tenancy support }\n",
        remedy: "Write the name as `tenancy-support` and keep capital letters and spaces for the title.",
    }
    SAYS_NOTHING = "W0601" Warning "a word list without words" {
        explanation: "`staunch.yaml` names this file as a word list, but there is nothing in it. Perhaps the wrong file is named, or it was not saved.",
        example: "# our words\n",
        remedy: "Add words, or remove the file from `vocabularies`.",
    }
    SHORT_NAME_TAKEN = "W0602" Warning "a new category changes what a short name means" {
        explanation: "Models may name a category by the last part of its path as long as only one category ends so. This new category ends like one that is there already, so the short name no longer means the old one, and models that use it stop working or change their meaning.",
        example: "categories:\n  education.name: { title: Name of a course }\n",
        remedy: "Give the new category a last part of its own, such as `course-name`.",
    }
}
