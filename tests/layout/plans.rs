//! Plans made by hand.

use staunch::diagram::layout::{Edge, Frame, Lane, Node, Phase, Plan, Size};

/// About how wide words are.
pub fn words(text: &str, size: f64) -> Size {
    Size { w: (text.chars().count() as f64 * size * 0.52).ceil() + 2.0, h: (size * 1.2).ceil() }
}

/// Builds a plan by name.
#[derive(Default)]
pub struct Draft {
    pub plan: Plan,
    pub names: Vec<String>,
    pub texts: Vec<Vec<String>>,
    pub titles: Vec<String>,
    pub lanes: Vec<String>,
    pub frames: Vec<String>,
    pub phases: Vec<String>,
}

impl Draft {
    pub fn lane(&mut self, title: &str) -> usize {
        let header = Size { w: words(title, 15.0).w.min(130.0), h: 52.0 };
        self.plan.lanes.push(Lane { header, fixed: false });
        self.lanes.push(title.to_owned());
        self.plan.lanes.len() - 1
    }

    pub fn frame(&mut self, lane: usize, parent: Option<usize>, title: &str) -> usize {
        let text = words(title, 11.5);
        self.plan.frames.push(Frame { lane, parent, tab: Size { w: text.w + 20.0, h: 18.0 } });
        self.frames.push(title.to_owned());
        self.plan.frames.len() - 1
    }

    pub fn phase(&mut self, title: &str) -> usize {
        self.plan.phases.push(Phase { title: words(title, 12.0) });
        self.phases.push(title.to_owned());
        self.plan.phases.len() - 1
    }

    pub fn node(&mut self, name: &str, title: &str, lane: usize, frame: Option<usize>, phase: Option<usize>) -> usize {
        let wide = title.split('\n').map(|l| words(l, 12.2).w).fold(0.0, f64::max);
        let size = Size { w: (wide + 26.0).max(118.0), h: 50.0 };
        let mark = Some(Size { w: 17.0, h: 17.0 });
        self.plan.nodes.push(Node { lane, frame, phase, size, note: None, mark });
        self.names.push(name.to_owned());
        self.titles.push(title.to_owned());
        self.plan.nodes.len() - 1
    }

    pub fn note(&mut self, name: &str, text: &str) {
        if let Some(at) = self.names.iter().position(|n| n == name) {
            let size = words(text, 11.0);
            self.plan.nodes[at].note = Some(Size { w: size.w + 16.0, h: 14.0 });
        }
    }

    pub fn edge(&mut self, from: &str, to: &str, label: &str, strong: bool) {
        let find = |name: &str| self.names.iter().position(|n| n == name).unwrap_or(usize::MAX);
        let (from, to) = (find(from), find(to));
        let mut labels = Vec::new();
        let mut texts = Vec::new();
        if !label.is_empty() {
            let full = words(label, 11.0);
            labels.push(full);
            texts.push(label.to_owned());
            if let Some((first, _)) = label.split_once(", ") {
                let short = format!("{first} and more");
                if short.len() < label.len() {
                    labels.push(words(&short, 11.0));
                    texts.push(short);
                }
            }
        }
        let badge = Size { w: 19.0, h: 19.0 };
        self.plan.edges.push(Edge { from, to, badge, labels, strong, style: 0 });
        self.texts.push(texts);
    }
}

/// The evaluation of a programme for families: 18 boxes and 22 flows.
pub fn families(phases: bool) -> Draft {
    let mut d = Draft::default();
    let p: Vec<Option<usize>> = if phases {
        ["1 Collect", "2 Minimise", "3 Match in departments", "4 Link and analyse", "5 Publish"]
            .map(|t| Some(d.phase(t)))
            .to_vec()
    } else {
        vec![None; 5]
    };
    let hackney = d.lane("Hackney Council");
    let dclg = d.lane("DCLG");
    let dwp = d.lane("DWP");
    let dfe = d.lane("DfE");
    let moj = d.lane("MoJ");
    let public = d.lane("Publication");
    let xantura = d.frame(hackney, None, "Xantura: processor for Hackney");
    let niesr = d.frame(dclg, None, "NIESR: processor for DCLG");
    let enclave = d.frame(dclg, Some(niesr), "Secure enclave");
    d.node("fam", "Families\npersonal data", hackney, None, p[0]);
    d.node("prog", "Programme\nrecords", hackney, None, p[0]);
    d.node("csps", "CSPS: minimise\nand split", hackney, Some(xantura), p[1]);
    d.node("ext", "Identifier\nextract", hackney, Some(xantura), p[1]);
    d.node("id", "Identifiers\nstore", dclg, Some(niesr), p[1]);
    d.node("dwp_rec", "Benefits and\nemployment", dwp, None, p[2]);
    d.node("dwp_m", "Match on\nidentifiers", dwp, None, p[2]);
    d.node("dfe_rec", "National Pupil\nDatabase", dfe, None, p[2]);
    d.node("dfe_m", "Match on\nidentifiers", dfe, None, p[2]);
    d.node("moj_rec", "Offending\nrecords (PNC)", moj, None, p[2]);
    d.node("moj_m", "Match on\nidentifiers", moj, None, p[2]);
    d.node("match", "Matched\nstore", dclg, Some(enclave), p[3]);
    d.node("link", "Link on\nstudy ID", dclg, Some(enclave), p[3]);
    d.node("comb", "Combined\ndataset", dclg, Some(enclave), p[3]);
    d.node("an", "Impact\nanalysis", dclg, Some(enclave), p[3]);
    d.node("eval", "National\nevaluation file", dclg, None, p[4]);
    d.node("sdc", "Disclosure\ncontrol check", public, None, p[4]);
    d.node("rep", "Aggregate\nreport", public, None, p[4]);
    d.note("ext", "delete once sent");
    d.note("id", "delete 30 days after match");
    d.note("comb", "keep 2 years");
    for (from, to, label, strong) in [
        ("fam", "csps", "names, DOB, address", false),
        ("prog", "csps", "start date, outcomes", false),
        ("csps", "ext", "identifiers only", false),
        ("ext", "id", "identifiers + local ID", false),
        ("csps", "match", "outcomes keyed by study ID", false),
        ("id", "dwp_m", "name, DOB, NINO", false),
        ("id", "dfe_m", "name, DOB, postcode", false),
        ("id", "moj_m", "name, DOB, sex", true),
        ("dwp_rec", "dwp_m", "benefit spells", false),
        ("dfe_rec", "dfe_m", "attendance, exclusions", false),
        ("moj_rec", "moj_m", "convictions", false),
        ("dwp_m", "match", "study ID + benefits", false),
        ("moj_m", "match", "study ID + NAME", true),
        ("match", "link", "attributes", true),
        ("link", "comb", "linked records", true),
        ("dfe_m", "match", "study ID + attendance", false),
        ("comb", "an", "de-identified", false),
        ("comb", "eval", "row-level extract", true),
        ("an", "eval", "tables", false),
        ("eval", "sdc", "draft report", false),
        ("sdc", "rep", "cleared tables", false),
        ("an", "prog", "local area summary, counts under 10 suppressed", false),
    ] {
        d.edge(from, to, label, strong);
    }
    d
}

/// Numbers that look drawn by lot, the same every time.
pub struct Lot(pub u64);

impl Lot {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

/// A plan like a large programme: `lanes` parties with frames, flows that mostly lead on to what was declared later.
pub fn programme(seed: u64, lanes: usize, nodes: usize, edges: usize) -> Draft {
    let (mut d, mut lot) = (Draft::default(), Lot(seed));
    let mut frames: Vec<Vec<usize>> = Vec::new();
    for lane in 0..lanes {
        d.lane(&format!("Party {}", lane + 1));
        let mut own = Vec::new();
        for nth in 0..lot.below(3) {
            let parent = if nth > 0 && lot.below(2) == 0 { own.last().copied() } else { None };
            own.push(d.frame(lane, parent, &format!("Setting {}.{}", lane + 1, nth + 1)));
        }
        frames.push(own);
    }
    let mut lane = 0;
    for node in 0..nodes {
        if lot.below(3) == 0 {
            lane = lot.below(lanes);
        }
        let own = &frames[lane];
        let frame = if own.is_empty() || lot.below(2) == 0 { None } else { Some(own[lot.below(own.len())]) };
        let title =
            ["Case records", "Identity\nextract", "Linked dataset", "Match on\nidentifiers", "Report"][lot.below(5)];
        d.node(&node.to_string(), title, lane, frame, None);
        if lot.below(5) == 0 {
            d.note(&node.to_string(), "keep 6 years");
        }
    }
    for edge in 0..edges {
        let from = if edge + 1 < nodes { edge } else { lot.below(nodes) };
        let to = match lot.below(12) {
            0 => lot.below(nodes),
            _ => (from + 1 + lot.below(5)).min(nodes.saturating_sub(1)),
        };
        let label = ["name, DOB, NINO", "study ID + outcomes", "tables", "attendance, exclusions"][lot.below(4)];
        d.edge(&from.to_string(), &to.to_string(), label, lot.below(15) == 0);
    }
    d
}

/// A chain in one lane, a strip unless it is folded.
pub fn chain() -> Draft {
    let mut d = Draft::default();
    let lane = d.lane("University");
    let frame = d.frame(lane, None, "Safe haven");
    for n in 0..12 {
        d.node(&n.to_string(), &format!("Step {}", n + 1), lane, (3..8).contains(&n).then_some(frame), None);
    }
    for n in 0..11 {
        d.edge(&n.to_string(), &(n + 1).to_string(), "rows", false);
    }
    d
}

/// Parties only, with several flows between the same two.
pub fn parties() -> Draft {
    let mut d = Draft::default();
    for n in ["Council", "Contractor", "Department", "University", "Regulator", "Public"] {
        let lane = d.lane(n);
        d.node(n, n, lane, None, None);
    }
    for (a, b) in [(0, 1), (0, 1), (0, 1), (1, 2), (2, 3), (2, 3), (3, 2), (3, 5), (1, 0), (2, 4), (0, 4), (0, 0)] {
        let name = |n: usize| d.names[n].clone();
        let (a, b) = (name(a), name(b));
        d.edge(&a, &b, "records", false);
    }
    d
}
