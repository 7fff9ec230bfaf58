//! The examples of the rules: for each one that keeps it and one that breaks it.

/// All examples in one text: before each file a line `=== CODE/FILE`. Made out of `policies/examples/` by a test, which also
/// holds it to being fresh.
pub const EXAMPLES: &str = include_str!("examples.txt");

/// A file of an example: `fails.staunch` of `GDP-003`, or the text of a notice in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Example {
    /// The rule that it is an example of.
    pub code: &'static str,
    /// The file's name.
    pub file: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// Every file of every example, in order.
pub fn examples() -> impl Iterator<Item = Example> {
    EXAMPLES.split("\n=== ").filter_map(|part| {
        let part = part.strip_prefix("=== ").unwrap_or(part);
        let (head, text) = part.split_once('\n')?;
        let (code, file) = head.split_once('/')?;
        Some(Example { code, file, text })
    })
}

/// One file of the example of a rule.
pub fn example(code: &str, file: &str) -> Option<Example> {
    examples().find(|e| e.code == code && e.file == file)
}
