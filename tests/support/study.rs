//! A study judged by hand: three files, a broken promise, one that cannot be told, one that holds and a broken rule.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used)] // each test uses a part

use jiff::civil::date;
use staunch::check::{
    Finding, Missing, Outcome, Quote, Report, RuleReport, RuleSeverity, SentenceReport, Size, Standing, Verdict,
    WitnessStep,
};
use staunch::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use staunch::source::{Sources, Span};

pub const STUDY: &str = r#"party hackney "London Borough of Hackney" { kind local-authority }
party niesr "National Institute of Economic and Social Research" { kind research-organisation }

dataset families {
  held by    hackney
  controller hackney
  fields     name, address, date-of-birth
}

flow cohort-to-niesr "The council sends the families' identifiers" {
  from  hackney
  to    niesr
  data  families(name, address, date-of-birth)
}

step assign-study-id at niesr {
  takes  families
  add    key study-id
  gives  cohort
}

step report-results at niesr {
  takes      combined
  aggregate  by year, outcome
  gives      findings
}
"#;

pub const PROMISES: &str = r#"promise P8 "The research file says nothing about who anyone is" {
  quote    "Your name will be removed before your details are put together, and nobody who works on the study will be able to tell who you are." in study-notice
  niesr must never hold identifiable data from combined
  because  "Families agreed to be counted, not to be known."
}

promise P15 "Only tables are published" {
  quote "Only tables will be published." in study-notice
  published data must be counts of at least 10 people
}

promise P1 "The council keeps its records for six years" {
  quote "We keep your records for six years." in study-notice
  every dataset of data from hackney must have a deadline
}

rule agreements "Sharing between organisations has an agreement in force" {
  every flow of personal data between organisations must have agreement in force
}
"#;

pub const LINKED: &str = r#"# what the departments add
step match-education at dfe {
  takes  cohort, pupils
  match  cohort with pupils on name, date-of-birth
  drop   name, address, date-of-birth
  gives  combined
}
flow combined-to-niesr { from dfe; to niesr; data combined }
"#;

pub struct Texts {
    pub sources: Sources,
}

impl Texts {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let mut sources = Sources::new();
        for (name, text) in files {
            sources.add(*name, *text).unwrap();
        }
        Texts { sources }
    }

    /// The first place of a text in a file.
    pub fn find(&self, file: &str, text: &str) -> Span {
        let (_, f) = self.sources.files().find(|(_, f)| f.name == file).unwrap();
        let at = f.start + f.text().find(text).unwrap() as u32;
        Span::new(at, at + text.len() as u32)
    }

    fn quote(&self, text: &str) -> Quote {
        Quote { text: text.into(), notice: "study-notice".into(), span: self.find("promises.staunch", text) }
    }
}

pub fn rule(t: &Texts, name: &str, title: &str, promise: bool, verdict: Verdict, sentence: &str) -> RuleReport {
    let span = t.find("promises.staunch", &format!("{} {name}", if promise { "promise" } else { "rule" }));
    RuleReport {
        name: name.into(),
        title: title.into(),
        span,
        promise,
        severity: RuleSeverity::Error,
        verdict,
        standing: Standing::Applies,
        pack: None,
        put_off: None,
        quotes: Vec::new(),
        law: Vec::new(),
        because: None,
        fix: None,
        sentences: vec![SentenceReport {
            text: sentence.into(),
            span: t.find("promises.staunch", sentence),
            verdict,
            matched_nothing: false,
        }],
        findings: Vec::new(),
        findings_left_out: 0,
    }
}

/// A study in three files with a broken promise, one that cannot be told, one that holds and a broken rule.
pub fn study() -> Outcome {
    let t =
        Texts::new(&[("study.staunch", STUDY), ("promises.staunch", PROMISES), ("departments/dfe.staunch", LINKED)]);
    let step =
        |file: &str, text: &str, sentence: &str| WitnessStep { sentence: sentence.into(), span: t.find(file, text) };

    let mut p8 = rule(
        &t,
        "P8",
        "The research file says nothing about who anyone is",
        true,
        Verdict::Fail,
        "niesr must never hold identifiable data from combined",
    );
    p8.quotes.push(t.quote(
        "Your name will be removed before your details are put together, and nobody who works on the study will be able to tell who you are.",
    ));
    p8.because = Some("Families agreed to be counted, not to be known.".into());
    p8.law = vec!["UK GDPR article 5(1)(a)".into()];
    p8.findings.push(Finding {
        verdict: Verdict::Fail,
        sentence: 0,
        summary: "`niesr` can tell who the people in `combined` are, because it also holds `cohort` under the same `study-id`".into(),
        subjects: vec!["niesr".into(), "combined".into(), "cohort".into(), "study-id".into()],
        activity: None,
        span: t.find("departments/dfe.staunch", "combined-to-niesr"),
        steps: vec![
            step("study.staunch", "cohort-to-niesr", "Hackney sends `families` to NIESR with `name`, `address` and `date-of-birth`"),
            step("study.staunch", "add    key study-id", "NIESR numbers the families with `study-id` and keeps the names beside it in `cohort`"),
            step("departments/dfe.staunch", "match-education", "DfE matches `cohort` with `pupils`, drops the names and keeps `study-id`"),
            step("departments/dfe.staunch", "combined-to-niesr", "DfE sends `combined` to NIESR, where `study-id` joins it to `cohort`"),
        ],
        missing: Vec::new(),
        fix: Some("destroy `cohort` at `niesr` before `combined-to-niesr`, or drop `study-id` in `match-education`".into()),
        waived: None,
        known: false,
        fingerprint: "5b3c1f0a9d2e4476".into(),
    });

    let mut p15 = rule(
        &t,
        "P15",
        "Only tables are published",
        true,
        Verdict::CannotTell,
        "published data must be counts of at least 10 people",
    );
    p15.quotes.push(t.quote("Only tables will be published."));
    p15.findings.push(Finding {
        verdict: Verdict::CannotTell,
        sentence: 0,
        summary: "whether `findings` is counts of at least 10 people is not stated".into(),
        subjects: vec!["public".into(), "findings".into()],
        activity: None,
        span: t.find("study.staunch", "report-results"),
        steps: Vec::new(),
        missing: vec![Missing {
            text: "the least count (`minimum`) in `report-results`".into(),
            span: t.find("study.staunch", "aggregate  by year, outcome"),
        }],
        fix: None,
        waived: None,
        known: false,
        fingerprint: "0f6e1d2c3b4a5968".into(),
    });

    let mut p1 = rule(
        &t,
        "P1",
        "The council keeps its records for six years",
        true,
        Verdict::Pass,
        "every dataset of data from hackney must have a deadline",
    );
    p1.quotes.push(t.quote("We keep your records for six years."));
    let mut agreements = rule(
        &t,
        "agreements",
        "Sharing between organisations has an agreement in force",
        false,
        Verdict::Fail,
        "every flow of personal data between organisations must have agreement in force",
    );
    agreements.severity = RuleSeverity::Warning;
    agreements.fix = Some("Name the agreement with `under`.".into());
    agreements.findings_left_out = 3;
    for flow in ["cohort-to-niesr", "combined-to-niesr"] {
        let file = if flow.starts_with("cohort") { "study.staunch" } else { "departments/dfe.staunch" };
        agreements.findings.push(Finding {
            verdict: Verdict::Fail,
            sentence: 0,
            summary: format!("the flow `{flow}` has no agreement in force"),
            subjects: vec![flow.into()],
            activity: None,
            span: t.find(file, flow),
            steps: vec![step(file, flow, &format!("`{flow}` names no agreement"))],
            missing: Vec::new(),
            fix: None,
            waived: None,
            known: false,
            fingerprint: format!("{:016x}", flow.len()),
        });
    }

    let assumption = t.find("study.staunch", "dataset families");
    Outcome {
        diagnostics: Diagnostics::new(),
        report: Some(Report {
            project: Some("National impact study".into()),
            as_of: date(2026, 11, 22),
            rules: vec![p8, p15, p1, agreements],
            waivers: Vec::new(),
            assumptions: vec![("anyone knows `name` and `address`".into(), assumption)],
            size: Size { files: 3, parties: 4, datasets: 2, flows: 2, steps: 3, copies: 7 },
        }),
        sources: t.sources,
    }
}

pub static MISSPELT: Code =
    Code { id: "E0299", severity: Severity::Error, title: "unknown name", explanation: "", example: "", remedy: "" };

pub fn broken_text(files: &[(&str, &str)], make: impl Fn(&Texts) -> Vec<Diagnostic>) -> Outcome {
    let t = Texts::new(files);
    let mut diagnostics = Diagnostics::new();
    for diagnostic in make(&t) {
        diagnostics.push(diagnostic);
    }
    Outcome { sources: t.sources, diagnostics, report: None }
}

/// The study with every name, title and text replaced, and a file of that name.
pub fn named(evil: &str) -> Outcome {
    let mut outcome = study();
    let mut sources = Sources::new();
    let line = format!("party {evil} \"{evil}\" {{ kind local-authority }}\n");
    sources.add(format!("{evil}.staunch"), STUDY.replacen("party", &line, 1)).unwrap();
    sources.add("promises.staunch", PROMISES).unwrap();
    outcome.sources = sources;
    let report = outcome.report.as_mut().unwrap();
    report.project = Some(evil.into());
    report.assumptions[0].0 = evil.into();
    for (number, rule) in report.rules.iter_mut().enumerate() {
        // no two rules of a project have one name
        rule.name = format!("{evil}{number}");
        rule.title = evil.into();
        rule.because = Some(evil.into());
        rule.fix = Some(evil.into());
        rule.pack = Some(evil.into());
        rule.law = vec![evil.into()];
        for sentence in &mut rule.sentences {
            sentence.text = evil.into();
        }
        for quote in &mut rule.quotes {
            quote.text = evil.into();
            quote.notice = evil.into();
        }
        for finding in &mut rule.findings {
            finding.summary = evil.into();
            finding.subjects = vec![evil.into()];
            finding.activity = Some(evil.into());
            finding.fingerprint = evil.into();
            finding.span = Span::new(0, 5);
            finding.fix = Some(evil.into());
            for step in &mut finding.steps {
                step.sentence = evil.into();
                step.span = Span::new(0, 5);
            }
            for missing in &mut finding.missing {
                missing.text = evil.into();
            }
        }
    }
    let wrong = Diagnostic::new(&MISSPELT, Span::new(0, 5), evil).label(evil).also(Span::new(0, 5), evil).help(evil);
    outcome.diagnostics.push(wrong);
    outcome
}
