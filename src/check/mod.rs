//! One entry point: texts, settings and a date go in, a [`Report`] comes out.
//!
//! The command, the tests and (later) the language server all come through here. [`check`] judges a project's rules, [`ask`]
//! judges one question about it. When the text has errors nothing is judged: a verdict on half a model would be a guess.

mod adopt;
pub mod atlas;
mod baseline;
mod changes;
mod compare;
mod controls;
mod edit;
mod effects;
mod prepared;
pub mod reference;
mod report;
mod scenarios;
mod waivers;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use jiff::civil::Date;

pub use atlas::{Atlas, Surveyed};
pub use baseline::{Baseline, Mended};
pub use changes::{Change, LineChange, Turn};
pub use compare::{Comparison, against, compare};
pub use controls::{Control, Controls, Without};
pub use effects::{Bearing, Effect, EffectKind, Side};
pub use prepared::Prepared;
pub use report::*;
pub use scenarios::{Disappointment, Expected, ScenarioReport};
pub use waivers::Waivers;

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::graph::{Graph, Origins};
use crate::model::{self, Declared, Input, Model, NoticeTexts, Rule, RuleId};
use crate::packs;
use crate::rules::compile::{Compiled, compile};
use crate::rules::context::Context;
use crate::rules::facts::Became;
use crate::rules::{self};
use crate::source::{FileId, Sources, Span};
use crate::syntax::{self, Care, intern::Interner};
use crate::vocabulary::{self, Settings, Vocabulary};

/// What a check works on.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Every text of the run.
    pub sources: Sources,
    /// The `.staunch` files among them, in order of their names.
    pub files: Vec<FileId>,
    /// The texts of notices.
    pub notices: NoticeTexts,
    /// What the project sets.
    pub settings: Settings,
    /// The standard words and the project's.
    pub vocabulary: Vocabulary,
    /// What was wrong already when the texts were read.
    pub diagnostics: Diagnostics,
    /// The date to judge as of.
    pub as_of: Date,
    /// Whether waivers put off what they name.
    pub waivers: Waivers,
    /// How many findings of one rule are kept whole: [`FINDINGS_KEPT`], or [`FINDINGS_COMPARED`] where they are compared with
    /// others.
    pub findings_kept: usize,
}

/// What a check gives back.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Every text of the run.
    pub sources: Sources,
    /// What is wrong with the text.
    pub diagnostics: Diagnostics,
    /// The report; `None` when the text has errors, since nothing was judged then.
    pub report: Option<Report>,
}

/// Judges a project's rules and promises.
pub fn check(inputs: Inputs) -> Outcome {
    run(inputs, None)
}

/// What the scenarios of a project came to.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The project without any scenario. Where its text has errors nothing was run.
    pub base: Outcome,
    /// The scenarios that were wanted, in the order of declaration.
    pub scenarios: Vec<ScenarioReport>,
    /// How many others there are.
    pub others: usize,
    /// What the controls are worth, where that was asked.
    pub controls: Option<Controls>,
}

/// Runs a project's scenarios: those whose title is wanted. And, if so asked, takes every control away in turn.
pub fn test(inputs: Inputs, wanted: impl Fn(&str) -> bool, controls: bool) -> Tested {
    let prepared = Prepared::read(inputs);
    let base = prepared.judge();
    let Some(report) = &base.report else {
        return Tested { base, scenarios: Vec::new(), others: 0, controls: None };
    };
    let scenarios = prepared.run_scenarios(report, wanted);
    let others = prepared.scenario_count() - scenarios.len();
    let controls = controls.then(|| prepared.run_controls(report));
    Tested { base, scenarios, others, controls }
}

/// Answers a question: a sentence of the rule language, `who may hold DATA`, or a data phrase. The report's only rule is the
/// question; its findings are the answers.
pub fn ask(inputs: Inputs, question: &str) -> Outcome {
    run(inputs, Some(question))
}

/// Judges a project, and says in plain data what it describes: what pictures and documents are made from.
pub fn survey(inputs: Inputs) -> Surveyed {
    let mut surveyed = None;
    run_for(inputs, None, |outcome, context| {
        let atlas = context.and_then(|context| atlas::atlas(context, &outcome));
        surveyed = Some(Surveyed { outcome, atlas });
    });
    // whatever is judged is handed over
    surveyed.unwrap_or_else(|| resume_unwind(Box::new("the survey ended without an outcome")))
}

/// Judges texts by name, as [`inputs_of_texts`] takes them: for tests and small tools.
pub fn check_text(files: &[(&str, &str)], as_of: Date) -> Outcome {
    check(inputs_of_texts(files, as_of))
}

/// Texts by name as the inputs of a check, with the standard vocabulary and no settings. Files that do not end in
/// `.staunch` can be notices' texts. As in a project, files count in the order of their names, however they are handed over.
pub fn inputs_of_texts(files: &[(&str, &str)], as_of: Date) -> Inputs {
    let mut sources = Sources::new();
    let mut files = files.to_vec();
    files.sort_by_key(|(name, _)| *name);
    let ids: Vec<Option<FileId>> = files.iter().map(|(name, text)| sources.add(*name, *text).ok()).collect();
    let models: Vec<FileId> =
        ids.iter().zip(&files).filter(|(_, (name, _))| name.ends_with(".staunch")).filter_map(|(id, _)| *id).collect();
    let mut notices = NoticeTexts::new();
    for (id, (name, _)) in ids.iter().zip(&files) {
        if let (Some(id), false) = (id, name.ends_with(".staunch")) {
            notices.extend(models.iter().map(|m| ((*m, (*name).to_owned()), Ok(*id))));
        }
    }
    Inputs {
        sources,
        files: models,
        notices,
        settings: Settings::default(),
        vocabulary: vocabulary::standard().clone(),
        diagnostics: Diagnostics::new(),
        as_of,
        waivers: Waivers::Applied,
        findings_kept: FINDINGS_KEPT,
    }
}

/// The texts of larger files than this, in bytes, are put away while a large project is judged.
const PUT_AWAY: usize = 200_000;

/// How much text a project has, in bytes, of which one does not wait until the memory of its model is given back.
const LARGE: usize = 1_000_000;

fn run(inputs: Inputs, question: Option<&str>) -> Outcome {
    let bytes: usize = inputs.sources.files().map(|(_, file)| file.length()).sum();
    let (give, take) = mpsc::channel();
    if bytes < LARGE || rayon::current_thread_index().is_some() {
        run_for(inputs, question, |outcome, _| _ = give.send(Ok(outcome)));
    } else {
        let question = question.map(str::to_owned);
        rayon::spawn(move || {
            let work = || run_for(inputs, question.as_deref(), |outcome, _| _ = give.send(Ok(outcome)));
            if let Err(fault) = catch_unwind(AssertUnwindSafe(work)) {
                let _ = give.send(Err(fault));
            }
        });
    }
    match take.recv() {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(fault)) => resume_unwind(fault),
        Err(_) => resume_unwind(Box::new("the check ended without an outcome")),
    }
}

/// Runs a check for whoever waits for its outcome, who is given it before the memory of the model is given back.
fn run_for(inputs: Inputs, question: Option<&str>, give: impl FnOnce(Outcome, Option<&Context<'_>>)) {
    let Inputs { sources, files, notices, settings, vocabulary, diagnostics, as_of, waivers, findings_kept } = inputs;
    // hardly anybody checks a large project whose text is wrong, and whoever does waits for it to be read once more
    let large = syntax::is_large(&sources, &files);
    let again = large.then(|| (sources.clone(), vocabulary.clone(), diagnostics.clone()));
    let care = if again.is_some() { Care::Trusting } else { Care::Thorough };
    let mut made = Made::of(sources, vocabulary, diagnostics, (&files, &notices), care);
    if let (true, Some((sources, vocabulary, diagnostics))) = (made.misread, again) {
        made = Made::of(sources, vocabulary, diagnostics, (&files, &notices), Care::Thorough);
    }
    let Made { mut sources, mut diagnostics, mut model, .. } = made;
    if large {
        sources.put_away(PUT_AWAY);
    }
    if let Some(question) = question {
        put(&mut model, &mut sources, question, &mut diagnostics);
    } else {
        severities(&model, &settings, &mut diagnostics);
    }
    let ground =
        Ground { settings: &settings, as_of, files: files.len(), warn: question.is_none(), waivers, findings_kept };
    judged(&mut model, ground, sources, diagnostics, give);
}

/// What a model is judged by.
#[derive(Clone, Copy)]
struct Ground<'a> {
    settings: &'a Settings,
    as_of: Date,
    /// How many files it was read from.
    files: usize,
    /// Whether to warn of what is of no use in its rules.
    warn: bool,
    waivers: Waivers,
    findings_kept: usize,
}

/// Judges a model, unless its text has errors. What is wanted of the judgement is taken before its memory is given back.
fn judged<T>(
    model: &mut Model,
    ground: Ground<'_>,
    sources: Sources,
    mut diagnostics: Diagnostics,
    take: impl FnOnce(Outcome, Option<&Context<'_>>) -> T,
) -> T {
    let Ground { settings, as_of, files, warn, waivers, .. } = ground;
    let graph = Graph::build(model, &mut diagnostics);
    let sentences = compile(model, &mut diagnostics, as_of);
    waivers::too_long(model, settings, as_of, &mut diagnostics);
    if diagnostics.has_errors() {
        return take(Outcome { sources, diagnostics, report: None }, None);
    }
    let origins = Origins::new(model, &graph, sentences.iter().flat_map(Compiled::asks));
    // which findings are waived has to be known before any is left out
    let kept = if model.waivers.is_empty() { ground.findings_kept } else { FINDINGS_COMPARED };
    let context = Context::new(model, &graph, origins, settings, (as_of, kept));
    let mut rules = judge(&context, &sentences, settings, &sources, &mut diagnostics, warn);
    let waivers = waivers::apply(&context, &sentences, &mut rules, waivers, &mut diagnostics);
    rules.iter_mut().for_each(|rule| rule.shorten(ground.findings_kept));
    let report = Report {
        project: settings.name.clone(),
        as_of,
        rules,
        waivers,
        assumptions: model.assumptions.iter().map(|a| (sentence_text(&sources, a.span), a.span)).collect(),
        size: Size {
            files,
            parties: model.parties.len().saturating_sub(2),
            datasets: model.datasets.len(),
            flows: model.flows.len(),
            steps: model.steps.len(),
            copies: graph.size(),
        },
    };
    take(Outcome { sources, diagnostics, report: Some(report) }, Some(&context))
}

/// The model of a project, with its texts and what is wrong with them.
struct Made {
    sources: Sources,
    diagnostics: Diagnostics,
    model: Model,
    /// Whether the files were trusted and something is wrong with them.
    misread: bool,
}

impl Made {
    fn of(
        mut sources: Sources,
        vocabulary: Vocabulary,
        mut diagnostics: Diagnostics,
        (files, notices): (&[FileId], &NoticeTexts),
        care: Care,
    ) -> Made {
        let mut words = Interner::new();
        let mut read = syntax::parse_files(care, &sources, files, &mut words, &mut diagnostics);
        let standard_packs = adopt::packs(&mut read, &mut sources, &mut words, files, &mut diagnostics);
        if read.misread() {
            return Made { sources, diagnostics, model: Model::default(), misread: true };
        }
        let again = (!read.briefs.is_empty()).then_some(&read);
        let input = Input {
            trees: &read.trees,
            again,
            words,
            vocabulary,
            sources: &sources,
            notices,
            packs: packs::NAMES,
            standard_packs: &standard_packs,
        };
        let model = model::resolve(input, &mut diagnostics);
        let misread = read.misread();
        if model.flows.len() > ALONE {
            rayon::spawn(move || drop(read));
        }
        Made { sources, diagnostics, model, misread }
    }
}

/// Puts a question in the place of the rules.
fn put(model: &mut Model, sources: &mut Sources, question: &str, diagnostics: &mut Diagnostics) {
    model.rules.clear();
    model.waivers.clear();
    let Ok(file) = sources.add("question", question) else { return };
    let Some(start) = sources.file(file).map(|f| f.start) else { return };
    let Some(sentence) = syntax::parse_sentence(question, start, &mut model.words, diagnostics) else { return };
    let span = sentence.span;
    let declared = Declared { name: model.words.intern("question"), title: model::Title::default(), span, whole: span };
    model.rules.push(Rule { sentences: vec![sentence], ..Rule::bare(declared, false) });
}

/// Severities that the settings give to rules that there are not.
fn severities(model: &Model, settings: &Settings, diagnostics: &mut Diagnostics) {
    let known: BTreeSet<&str> = model.rules.iter().map(|r| model.word(r.declared.name)).collect();
    for (name, (_, span)) in &settings.severity {
        if !known.contains(name.as_str()) {
            let help = diagnostics.heard().then(|| did_you_mean(name, known.iter().copied())).flatten();
            diagnostics.push(
                Diagnostic::new(
                    &crate::diagnostic::codes::rules::UNKNOWN_NAME,
                    *span,
                    format!("there is no rule called `{name}`"),
                )
                .maybe_help(help),
            );
        }
    }
}

/// Up to how many copies rules are judged on one thread.
const ALONE: usize = 2_000;

fn judge(
    context: &Context<'_>,
    sentences: &[Compiled],
    settings: &Settings,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
    warn: bool,
) -> Vec<RuleReport> {
    let model = context.model;
    // where several packs give a severity to one rule, the gravest counts
    let mut severities: BTreeMap<RuleId, RuleSeverity> = BTreeMap::new();
    for (rule, severity, _) in model.packs.iter().flat_map(|p| &p.severities) {
        let kept = severities.entry(*rule).or_insert(*severity);
        *kept = (*kept).max(*severity);
    }
    let numbered = model.rules.iter().enumerate().map(|(i, rule)| (RuleId(i as u32), rule));
    let mut reports: Vec<RuleReport> =
        numbered.map(|rule| blank(context, rule, &severities, settings, sources)).collect();
    let applies = |s: &&Compiled| reports.get(s.rule.index()).is_some_and(|r| r.standing == Standing::Applies);
    let sentences: Vec<&Compiled> = sentences.iter().filter(applies).collect();
    // to wake other threads pays only for large models
    let threads = context.graph.size() > ALONE;
    let all = |sentences: &[&Compiled]| {
        let unused = |sentence: &&Compiled| if warn { rules::unused_exceptions(context, sentence) } else { Vec::new() };
        let judged = rules::judge(context, sentences, threads);
        judged.into_iter().zip(rules::each(sentences, threads, unused)).collect::<Vec<_>>()
    };
    if threads && !sentences.is_empty() {
        context.find_contents();
    }
    let (last, first): (Vec<&Compiled>, Vec<&Compiled>) = sentences.into_iter().partition(|s| s.asks_for_verdicts());
    let mut judged: Vec<_> = first.iter().copied().zip(all(&first)).collect();
    // what asks whether promises are kept comes when that is known
    if !last.is_empty() {
        context.note_outcomes(outcomes(&reports, judged.iter().map(|(sentence, (judged, _))| (*sentence, judged))));
        judged.extend(last.iter().copied().zip(all(&last)));
        judged.sort_by_key(|(sentence, _)| (sentence.rule, sentence.sentence));
    }
    for (sentence, (judged, unused)) in judged {
        unused.into_iter().for_each(|warning| diagnostics.push(warning));
        let Some(report) = reports.get_mut(sentence.rule.index()) else { continue };
        report.verdict = report.verdict.max(judged.verdict);
        if let Some(said) = report.sentences.get_mut(sentence.sentence) {
            said.verdict = judged.verdict;
            said.matched_nothing = judged.matched_nothing;
        }
        report.findings_left_out += judged.left_out;
        report.findings.extend(judged.findings);
    }
    for report in &mut reports {
        // failing ones first; within a verdict in the order of the sentences
        report.findings.sort_by_key(|f| (std::cmp::Reverse(f.verdict), f.sentence));
        report.findings_left_out += report.findings.len().saturating_sub(context.findings_kept);
        report.findings.truncate(context.findings_kept);
    }
    // of a pack only what is law there and then is told of
    reports.retain(|r| {
        r.pack.is_none() || !matches!(r.standing, Standing::Elsewhere | Standing::NotYet(_) | Standing::NoLonger(_))
    });
    reports
}

/// What became of every rule by these sentences. What does not apply is not broken.
fn outcomes<'a>(
    reports: &[RuleReport],
    judged: impl Iterator<Item = (&'a Compiled, &'a rules::Sentence)>,
) -> Vec<Became> {
    let kept = |rule| Became { rule, verdict: Verdict::Pass, said: Vec::new(), missing: Vec::new() };
    let mut all: Vec<Became> = (0..reports.len() as u32).map(|rule| kept(RuleId(rule))).collect();
    for (sentence, judged) in judged {
        let Some(outcome) = all.get_mut(sentence.rule.index()) else { continue };
        outcome.verdict = outcome.verdict.max(judged.verdict);
        for finding in &judged.findings {
            if finding.verdict == Verdict::Fail && outcome.said.len() < TOLD {
                outcome.said.push((finding.summary.clone(), finding.span));
            }
            let new: Vec<Missing> = finding.missing.iter().filter(|m| !outcome.missing.contains(m)).cloned().collect();
            outcome.missing.extend(new.into_iter().take(TOLD.saturating_sub(outcome.missing.len())));
        }
    }
    all
}

/// How much of what is wrong with a promise is told again where another sentence asks whether it is kept.
const TOLD: usize = 5;

fn blank(
    context: &Context<'_>,
    (id, rule): (RuleId, &Rule),
    severities: &BTreeMap<RuleId, RuleSeverity>,
    settings: &Settings,
    sources: &Sources,
) -> RuleReport {
    let model = context.model;
    let name = model.word(rule.declared.name).to_owned();
    let by_pack = || severities.get(&id).copied();
    let severity = settings.severity.get(&name).map(|(s, _)| *s).or_else(by_pack).or(rule.severity.map(|(s, _)| s));
    let sentence = |s: &syntax::tree::Sentence| SentenceReport {
        text: sentence_text(sources, s.span),
        span: s.span,
        verdict: Verdict::Pass,
        matched_nothing: false,
    };
    let quote = |(text, notice, span): &(String, model::NoticeId, Span)| {
        let declared = &model.notices[notice.index()].declared;
        Quote { text: text.clone(), notice: model.title(declared).to_owned(), span: *span }
    };
    RuleReport {
        title: rule.declared.title.to_string(),
        span: rule.declared.span,
        promise: rule.promise,
        severity: severity.unwrap_or(RuleSeverity::Error),
        verdict: Verdict::Pass,
        standing: standing(rule, settings, context.as_of),
        pack: rule.pack.map(|p| model.word(model.packs[p as usize].declared.name).to_owned()),
        put_off: rule.put_off.as_ref().map(|p| p.because.clone()),
        quotes: rule.quotes.iter().map(quote).collect(),
        law: rule
            .law
            .iter()
            .filter(|l| l.holds(settings.jurisdiction, context.as_of))
            .map(|l| l.text.clone())
            .collect(),
        because: rule.because.clone(),
        fix: rule.fix.clone(),
        sentences: rule.sentences.iter().map(sentence).collect(),
        findings: Vec::new(),
        findings_left_out: 0,
        name,
    }
}

/// Whether a rule is judged on a date. A promise binds from when it was made until it is withdrawn, however long it was told.
fn standing(rule: &Rule, settings: &Settings, as_of: Date) -> Standing {
    if rule.jurisdiction.is_some_and(|j| j != settings.jurisdiction) {
        return Standing::Elsewhere;
    }
    if let Some(put_off) = rule.put_off.as_ref().filter(|p| p.review.is_none_or(|day| as_of <= day)) {
        return Standing::PutOff(put_off.review);
    }
    let starts = rule.applies.map(|(from, _)| from).max(rule.made.map(|(from, _)| from));
    if let Some(from) = starts.filter(|from| *from > as_of) {
        return Standing::NotYet(from);
    }
    if let Some(to) = rule.applies.and_then(|(_, to)| to).filter(|to| *to < as_of) {
        return Standing::NoLonger(to);
    }
    match rule.withdrawn.filter(|on| *on <= as_of) {
        Some(on) => Standing::Withdrawn(on),
        None => Standing::Applies,
    }
}

/// A sentence's text on one line, comments left out.
fn sentence_text(sources: &Sources, span: Span) -> String {
    let lines = sources.text(span).lines().map(|l| match l.find('#') {
        Some(at) if l[..at].matches('"').count() % 2 == 0 => &l[..at],
        _ => l,
    });
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
