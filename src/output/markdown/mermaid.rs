//! The way of a finding as a diagram in Mermaid, which GitHub and GitLab draw.

use crate::check::Finding;
use crate::diagram::text::mermaid;
use crate::output::text::{one_line, shorten};

/// How many steps are drawn; of a longer way the first and the last.
const MOST_STEPS: usize = 16;

/// How many columns of a step are written.
const LONGEST: usize = 160;

/// Draws the way of a finding, as a fenced block with a line end.
pub(super) fn draw(finding: &Finding) -> String {
    let all = finding.steps.len();
    let mut nodes: Vec<String> = Vec::new();
    for (number, step) in finding.steps.iter().enumerate() {
        if all > MOST_STEPS && (MOST_STEPS / 2..all - MOST_STEPS / 2).contains(&number) {
            if number == MOST_STEPS / 2 {
                nodes.push(format!("… {} more steps …", all - MOST_STEPS));
            }
            continue;
        }
        // a label that began with `1.` would be a list, which Mermaid does not draw
        nodes.push(format!("({}) {}", number + 1, shorten(&one_line(&step.sentence), LONGEST)));
    }
    let mut out = String::from("```mermaid\nflowchart TD\n");
    let last = nodes.len().saturating_sub(1);
    for (number, node) in nodes.iter().enumerate() {
        let class = if number == last { ":::broken" } else { "" };
        out.push_str(&format!("  n{number}[\"{}\"]{class}\n", label(node)));
    }
    for number in 0..last {
        out.push_str(&format!("  n{number} --> n{}\n", number + 1));
    }
    out.push_str("  classDef broken stroke:#b00020,stroke-width:3px\n```\n");
    out
}

/// A text inside a label. Names stand in backticks, which would make a label of another kind.
fn label(text: &str) -> String {
    mermaid::label(&text.replace('`', "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_holds_nothing_that_means_something() {
        assert_eq!(label("sends `cohort` to NIESR (2016)"), "sends 'cohort' to NIESR (2016)");
        assert_eq!(label("\"];<b>#x"), "#34;#93;#59;#60;b#62;#35;x");
    }
}
