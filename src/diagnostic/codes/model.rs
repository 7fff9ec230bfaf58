//! Codes of the family `model`: `E03..`, declarations whose names are right and whose meaning is not.

use super::codes;

codes! {
    /// A fact said twice.
    SAID_TWICE = "E0301" Error "a fact said twice" {
        explanation: "The declaration says twice what can be said only once, such as two senders of one flow on two lines, or both a value and `not-stated`. Taking one of them silently would check something that nobody wrote.",
        example: "party hackney { kind local-authority; kind charity }",
        remedy: "Keep one of the two. Where several values are meant, separate them with commas on one line.",
    }
    /// A declaration without a part it needs.
    MISSING_PART = "E0302" Error "a missing part" {
        explanation: "The declaration lacks something it cannot do without: a flow says who gives what to whom, a step what it takes and gives, a rule what must be, an attestation who signs it, when and why, a waiver its reason, its approver and its end.",
        example: "party hackney { kind local-authority }\ndataset families { held by hackney; fields name }\nflow send { from hackney; data families }",
        remedy: "Add the part. Where the source is silent, write `not-stated` after the word: rules that need it then answer that they cannot tell.",
    }
    /// Things that lead back to themselves.
    CIRCLE = "E0303" Error "a circle" {
        explanation: "The things lead back to themselves: a group that is a member of itself, people within themselves, an event after itself, an agreement that replaces the one that replaces it, a word that stands under itself. There is no first one among them.",
        example: "event linkage-end { after study-end }\nevent study-end { after linkage-end }",
        remedy: "Take one of the lines out that the message shows.",
    }
    /// Dates in the wrong order.
    DATES_OUT_OF_ORDER = "E0304" Error "dates out of order" {
        explanation: "Something ends before it starts, is expected after its latest date, or comes after an event that cannot be over by then. Nothing would ever be in such a window, so every rule about it would pass for the wrong reason.",
        example: "law welfare-reform \"Welfare Reform Act\" { in force 2018-05-25 to 2012-03-08 }",
        remedy: "Mend the date that is wrong; the message shows both.",
    }
    /// A field name twice in a dataset.
    FIELD_TWICE = "E0305" Error "a field declared twice" {
        explanation: "A dataset has one field of a name. Two would make it unclear which one a `drop` or a flow speaks of.",
        example: "party hackney { kind local-authority }\ndataset families { held by hackney; fields name, address, name }",
        remedy: "Take one of them out, or rename it.",
    }
    /// A quote that the notice does not have.
    QUOTE_NOT_FOUND = "E0306" Error "a quote that is not in the notice" {
        explanation: "A promise is a rule that was made to people, so its `quote` must stand in the notice's text, word for word. White space, the style of quotation marks and Markdown emphasis do not count; every letter and every comma does. If the notice was reworded, the promise may have been too, and that is a decision for a person and not for a checker.",
        example: "# notice.md says: We may share your data.\nnotice study-notice { text \"notice.md\" }\npromise no-sharing {\n  quote \"We will never share your data\" in study-notice\n  no one may receive identifiable data\n}",
        remedy: "Quote the words exactly as they stand; the message shows the closest passage. If the notice changed, read the promise again.",
    }
    /// A notice whose text cannot be compared.
    NOTICE_TEXT = "E0307" Error "a notice without a readable text" {
        explanation: "A quote can only be held against a text. The notice names no file, or its file cannot be read.",
        example: "notice study-notice { text \"no-such-file.md\" }",
        remedy: "Name the file with `text \"notice.md\"`, relative to the file that declares the notice.",
    }
    /// A dataset used after it was destroyed.
    USED_AFTER_DESTROYED = "E0308" Error "data used after it was destroyed" {
        explanation: "The operations of a step run in the order written. This one uses a dataset that an earlier one destroyed, so either it cannot happen or the destruction did not.",
        example: "party dfe { kind government-department }\ndataset pupils { held by dfe; fields name }\ndataset exams { held by dfe; fields name }\nstep link at dfe { takes pupils, exams; destroy pupils; match pupils with exams on name; gives results }",
        remedy: "Destroy it last, or not at all.",
    }
    /// A fact in a declaration that it says nothing in.
    MISPLACED_FACT = "E0309" Error "a fact that does not belong here" {
        explanation: "The fact means something in another kind of declaration and nothing in this one: a team has no country of its own, a plain rule was told to nobody and has no quote, a waiver ends with `until` and an attestation with `review by`.",
        example: "party hackney { team early-help { country GB } }",
        remedy: "Move it where it belongs, as the message says.",
    }
    /// A waiver of a promise.
    PROMISE_WAIVED = "E0310" Error "a promise waived" {
        explanation: "A rule of one's own may be put off, with a reason and an end. A promise was made to other people, and only they could release the one who made it, so it cannot be waived.",
        example: "party hackney { kind local-authority }\nnotice study-notice { text \"notice.md\" }\npromise no-return {\n  quote \"We may share your data.\" in study-notice\n  hackney must never receive identified data\n}\nwaive no-return for hackney { because \"urgent\"; by \"DPO\"; until 2027-01-31 }",
        remedy: "Keep the promise. If it is no longer made to new people, say `withdrawn DATE` in it; it still binds what is done with data collected before.",
    }
    /// A wall with one place on both sides.
    WALL_TO_ITSELF = "E0311" Error "a wall between a place and itself" {
        explanation: "A wall keeps two places apart. Both sides of this one are the same place.",
        example: "party hackney { team research; team early-help }\nwall between hackney.research and hackney.research",
        remedy: "Name the two places that are kept apart.",
    }
    /// A point in time that there is not.
    NO_SUCH_TIME = "E0312" Error "a point in time that there is not" {
        explanation: "The date that a period leads to is past the end of the calendar, or two periods of different units follow one another after an event, which is not the same length every time.",
        example: "event case-closed { }\nparty hackney { kind local-authority }\ndataset families { held by hackney; fields name; retain until 6 months after 2 years after case-closed then destroy }",
        remedy: "Say one period, in one unit: `30 months after case-closed`.",
    }
    /// A promise that quotes nothing.
    PROMISE_WITHOUT_QUOTE = "W0320" Warning "a promise without a quote" {
        explanation: "A promise is a rule that was made to people. Without a quote nobody can see where, and if the notice is reworded nobody is told.",
        example: "promise no-sale \"Names are not sold\" { no one may receive identified data }",
        remedy: "Quote the notice, `quote \"…\" in NOTICE`, or make it a `rule` if it was never told to anyone.",
    }
    /// A dataset without any copy.
    DATASET_NOWHERE = "W0321" Warning "a dataset that is nowhere" {
        explanation: "Nobody holds this dataset and no step gives it, so there is no copy of it anywhere and every rule about it passes for want of anything to judge.",
        example: "dataset families \"Families on the programme\" { fields name }",
        remedy: "Say who has it with `held by`, or let a step give it; `held by not-stated` where the source is silent.",
    }
    /// A dataset without fields.
    DATASET_WITHOUT_FIELDS = "W0322" Warning "a dataset without fields" {
        explanation: "The dataset is held, but nothing is said to be in it. What has no fields identifies nobody, so rules about it pass too easily.",
        example: "party hackney { kind local-authority }\ndataset families { held by hackney }",
        remedy: "List its fields, or say `fields open` where the source does not list them: rules that need the list then answer that they cannot tell.",
    }
}
