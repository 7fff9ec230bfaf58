//! Codes of steps and flows that cannot happen.

use super::codes;

codes! {
    NEVER_HELD = "E0401" Error "a dataset is taken where it never was" {
        explanation: "A flow or step takes a dataset that its place never holds: nothing declares it there, no flow brings it and no step makes it. Either a flow is missing from the model, which is often how undeclared sharing is found, or the place is the wrong one.",
        example: "party a \"A\" { kind charity }\nparty b \"B\" { kind charity }\ndataset list { held by a; fields name }\nstep count at b {\n  takes list\n  aggregate by name\n  gives counts\n}\n",
        remedy: "Add the flow that brings it, or say `held by` in the dataset, or move the step.",
    }
    FIELD_NOT_THERE = "E0402" Error "an operation names a field that is not there" {
        explanation: "At this point of the step the data has no such field: it was never taken, it was dropped or replaced before, or its name is misspelt. A `drop` of a field that is not there is an error and no quiet success, since it is how an identifier survives.",
        example: "party a \"A\" { kind charity }\ndataset list { held by a; fields name, address }\nstep strip at a {\n  takes list\n  drop date-of-birth\n  gives stripped\n}\n",
        remedy: "Correct the name, or remove the operation; operations run in the order written.",
    }
    FIELD_NOT_SENT = "E0403" Error "a flow names a field that its data does not have" {
        explanation: "The flow lists a field that the dataset does not have at the sender.",
        example: "party a \"A\" { kind charity }\nparty b \"B\" { kind charity }\ndataset list { held by a; fields name }\nflow send { from a; to b; data list(name, address); for research }\n",
        remedy: "Correct the name, or add the field to the dataset.",
    }
    MATCH_FIELD_MISSING = "E0404" Error "a match on a field that one side does not have" {
        explanation: "Both sides of a match need the fields that it matches on, by the same name or the same category.",
        example: "party a \"A\" { kind charity }\ndataset list { held by a; fields name, address }\ndataset marks { held by a; fields attendance, address }\nstep join at a {\n  takes list, marks\n  match list with marks on name\n  gives joined\n}\n",
        remedy: "Match on what both have, or bring the field along.",
    }
    NOTHING_TO_MATCH_ON = "E0405" Error "a match between data that shares nothing" {
        explanation: "Rows about people can only be matched by a key or by identifying fields that both sides have. When two datasets are combined in truth and the model says they share nothing, a key travels with them that nobody has written down; and whoever holds that key beside the names can identify everyone in the result.",
        example: "party a \"A\" { kind charity }\ndataset marks { held by a; fields attendance }\ndataset debts { held by a; fields debt }\nstep join at a {\n  takes marks, debts\n  match marks with debts\n  gives joined\n}\n",
        remedy: "Declare the key that really travels with the data, for example with `add key study-id` where it is assigned.",
    }
    CANNOT_GENERALISE = "E0406" Error "a field cannot be generalised to this level" {
        explanation: "Generalising makes a value coarser. The level must be one of its category's and coarser than the value is already.",
        example: "party a \"A\" { kind charity }\ndataset list { held by a; fields date-of-birth }\nstep coarsen at a {\n  takes list\n  generalise date-of-birth to decade-of-reign\n  gives coarse\n}\n",
        remedy: "Use one of the levels named in the help, or drop the field.",
    }
    USED_AFTER_END = "E0407" Error "data is used after it was destroyed" {
        explanation: "The dates or the order of events prove that the copy no longer exists when this step or flow takes it. One of the two statements is wrong.",
        example: "party a \"A\" { kind charity }\nparty b \"B\" { kind charity }\ndataset list { held by a; fields name; retain until 2020-01-01 then destroy }\nflow send { from a; to b; data list; for research; during 2021-01-01 to 2021-02-01 }\n",
        remedy: "Correct the dates, or destroy the copy later.",
    }
}
