//! `staunch diagram`: pictures of a project.

mod files;
mod fonts;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;

use super::formats::{self, Wanted};
use super::terminal;
use super::{ExitCode, date, run};
use crate::check::{Atlas, Report, Surveyed};
use crate::diagnostic::did_you_mean;
use crate::diagram::chart::Picture;
use crate::diagram::draw::scene::Scene;
use crate::diagram::draw::{self, Fonts, SvgOptions};
use crate::diagram::views::{self, Profile, Request, View};
use crate::diagram::{pages, text};
use crate::output::{self, Named, Options};
use crate::project::{self, Loaded};

/// What `staunch diagram` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch diagram study -o study.svg                      the swimlane: parties as lanes, time across
  staunch diagram study --view context -o context.pdf     parties alone, and what flows between them
  staunch diagram study --view matrix -o matrix.png       who holds what, at which level, until when
  staunch diagram study --view lifecycle --focus families -o life.svg
  staunch diagram study --format text                     in sentences, for screen readers
  staunch diagram study -o study.mmd                      for Mermaid; .dot for Graphviz, .d2 for D2
  staunch diagram study --finding no-return -o why.svg    only what matters to one broken promise
  staunch diagram study --profile document --format svg=a.svg --format png=a.png --dpi 300
  staunch diagram study --profile document -o study.pdf   on pages of A4 where it is too large for one

Exit codes: 0 the picture was made · 2 the text, the settings or the command line is wrong · 3 there is nothing to draw · 4 a \
                  fault of the disk")]
pub(super) struct Args {
    /// The project's folder, or one `.staunch` file.
    #[arg(default_value = ".")]
    path: PathBuf,

    /// What to look at.
    #[arg(long, value_enum, value_name = "VIEW", default_value_t)]
    view: ViewArg,

    /// What it is for: a screen, or a document on A4 (nothing under 8 points; title and advice go to the terminal, to be the
    /// document's own text).
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    profile: ProfileArg,

    /// What is too large for a page of A4 on several. A swimlane: the parties first, then each activity, phase by phase; flows keep
    /// their numbers, and lines that leave a page say where they go on. A matrix and a life cycle go on by rows, then by columns or
    /// along the axis. There are at most so many pages (40 unless said); `--pages=1` keeps all on one, however large. A document has
    /// pages without being asked.
    #[arg(
        long,
        value_name = "MOST",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "40",
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pages: Option<u16>,

    /// Only what has to do with this dataset, party, team, rule, activity, flow or step; may be given several times.
    #[arg(long, value_name = "NAME")]
    focus: Vec<String>,

    /// Only this activity; may be given several times.
    #[arg(long, value_name = "NAME")]
    activity: Vec<String>,

    /// Only what one finding tells of: its number among those that count, or the name of its rule (`no-return`, `no-return/2`).
    #[arg(long, value_name = "FINDING")]
    finding: Option<String>,

    /// Where to write it; the format goes by the ending. May be given several times.
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,

    /// What to write, to the terminal or `=FILE`; may be given several times. There are svg, png and pdf, and as text
    /// mermaid, mermaid-swimlane, mermaid-sequence, dot, d2 and text (sentences, for screen readers).
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    formats: Vec<Wanted<Format>>,

    /// How many dots an inch a PNG has; 96 for the screen, 300 for print.
    #[arg(long, value_name = "DOTS", default_value_t = 192, value_parser = clap::value_parser!(u32).range(24..=1200))]
    dpi: u32,

    /// Put the fonts into an SVG, so that it looks the same where they are missing (70 kB more).
    #[arg(long)]
    embed_fonts: bool,

    /// Draw letters that the built-in fonts lack (Chinese, Arabic, emoji) with this machine's fonts, in PNG and PDF. Another machine
    /// may draw them otherwise.
    #[arg(long)]
    system_fonts: bool,

    /// Judge as of this date (default: today).
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    #[command(flatten)]
    waivers: run::WaiverArgs,
}

/// The views, for the command line.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ViewArg {
    /// Parties as lanes, time across: datasets, steps and flows.
    #[default]
    Swimlane,
    /// Parties alone, and what flows between them.
    Context,
    /// From when to when each copy of data is held, on an axis of time.
    Lifecycle,
    /// Who holds what, at which level, until when.
    Matrix,
}

/// The profiles, for the command line.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ProfileArg {
    /// To be looked at on a screen.
    #[default]
    Screen,
    /// To stand in a document.
    Document,
}

/// The formats of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Svg,
    Png,
    Pdf,
    Text(text::Format),
}

impl Named for Format {
    const ALL: &[Format] = &[
        Format::Svg,
        Format::Png,
        Format::Pdf,
        Format::Text(text::Format::Mermaid),
        Format::Text(text::Format::MermaidSwimlane),
        Format::Text(text::Format::MermaidSequence),
        Format::Text(text::Format::Dot),
        Format::Text(text::Format::D2),
        Format::Text(text::Format::Text),
    ];

    fn word(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
            Format::Pdf => "pdf",
            Format::Text(format) => format.word(),
        }
    }
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    match made(args) {
        Ok(()) => ExitCode::Clean,
        Err(code) => code,
    }
}

fn made(args: &Args) -> Result<(), ExitCode> {
    let wanted = wanted(args)?;
    let loaded = project::open(&args.path).map_err(|error| complain(&error.to_string(), Some(error.help())))?;
    let project = Project::of(args, loaded)?;
    let mut drawn = Drawn { args, project, whole: None, pages: None, boxes: BTreeSet::new() };
    let mut files: Vec<files::File> = Vec::new();
    for (format, file) in &wanted {
        files.extend(drawn.files(*format, file.as_deref())?);
    }
    fonts::tell(&drawn.boxes, args.system_fonts);
    // what two formats come to may be one file only now
    formats::apart_files(files.iter().map(|file| file.path.as_deref()), "svg")?;
    drawn.tell();
    files::write(&files)?;
    files::tell(&files, &wanted);
    Ok(())
}

/// What is asked for, as it is needed: all of it in one picture, and the same on pages.
struct Drawn<'a> {
    args: &'a Args,
    project: Project,
    whole: Option<(Picture, Option<Scene>)>,
    pages: Option<Vec<(Picture, Scene)>>,
    /// The letters that are empty boxes.
    boxes: BTreeSet<char>,
}

impl Drawn<'_> {
    /// The files that a format comes to.
    fn files(&mut self, format: Format, path: Option<&Path>) -> Result<Vec<files::File>, ExitCode> {
        if let Format::Text(format) = format {
            let picture = self.whole()?;
            let bytes = match (format, path) {
                (text::Format::Text, None) => text::tree::write(picture, terminal::width()).into_bytes(),
                _ => text::write(picture, format).into_bytes(),
            };
            return Ok(vec![files::File { path: path.map(Path::to_owned), bytes, page: None }]);
        }
        let asked = self.args.pages.is_some_and(|most| most > 1);
        if self.most() < 2 || (path.is_none() && format != Format::Pdf && !asked) {
            let args = self.args;
            let (bytes, boxes) = written(format, &[self.whole_scene()?], args)?;
            self.boxes.extend(boxes);
            return Ok(vec![files::File { path: path.map(Path::to_owned), bytes, page: None }]);
        }
        let args = self.args;
        let pages = self.pages()?;
        let scenes: Vec<&Scene> = pages.iter().map(|(_, scene)| scene).collect();
        let mut files: Vec<files::File> = Vec::new();
        let mut boxes: Vec<char> = Vec::new();
        match path {
            None if scenes.len() > 1 && format != Format::Pdf => {
                let message = format!("{} pages of {} cannot go to one place", scenes.len(), format.word());
                let help = format!("name a file, and each page gets one beside it: -o study.{}", format.word());
                return Err(complain(&message, Some(&help)));
            }
            Some(path) if scenes.len() > 1 && format != Format::Pdf => {
                for (at, scene) in scenes.into_iter().enumerate() {
                    let (bytes, lacking) = written(format, &[scene], args)?;
                    boxes.extend(lacking);
                    let path = Some(files::numbered(path, at + 1));
                    files.push(files::File { path, bytes, page: Some(at + 1) });
                }
            }
            path => {
                let (bytes, lacking) = written(format, &scenes, args)?;
                boxes.extend(lacking);
                files.push(files::File { path: path.map(Path::to_owned), bytes, page: None });
            }
        }
        self.boxes.extend(boxes);
        Ok(files)
    }

    /// How many pages there may be.
    fn most(&self) -> usize {
        let profile = self.project.request.profile;
        let unless_said = if profile == Profile::Document { pages::MOST_PAGES } else { 1 };
        let context = self.project.request.view == View::Context;
        if context { 1 } else { self.args.pages.map_or(unless_said, usize::from) }
    }

    fn whole(&mut self) -> Result<&Picture, ExitCode> {
        if self.whole.is_none() {
            let project = &self.project;
            let picture = views::picture(&project.atlas, &project.report, &project.request);
            self.whole = Some((picture.map_err(refuse)?, None));
        }
        self.whole.as_ref().map(|(picture, _)| picture).ok_or(ExitCode::Internal)
    }

    fn whole_scene(&mut self) -> Result<&Scene, ExitCode> {
        self.whole()?;
        let profile = self.project.request.profile;
        let (picture, scene) = self.whole.as_mut().ok_or(ExitCode::Internal)?;
        Ok(scene.get_or_insert_with(|| draw::draw(picture, profile)))
    }

    fn pages(&mut self) -> Result<&[(Picture, Scene)], ExitCode> {
        if self.pages.is_none() {
            let (project, most) = (&self.project, self.most());
            let pages = pages::pages(&project.atlas, &project.report, &project.request, most).map_err(refuse)?;
            let profile = project.request.profile;
            let draw = |picture: Picture| {
                let scene = draw::draw(&picture, profile);
                (picture, scene)
            };
            self.pages = Some(pages.into_iter().map(draw).collect());
        }
        Ok(self.pages.as_deref().unwrap_or_default())
    }

    /// Says what the reader must know, and what stands under a picture in a document: that is the document's own text.
    fn tell(&self) {
        let first = self.pages.as_ref().and_then(|pages| pages.first()).map(|(picture, _)| picture);
        let whole = self.whole.as_ref().map(|(picture, _)| picture);
        let mut told: Vec<&String> = Vec::new();
        for advice in [whole, first].into_iter().flatten().flat_map(|picture| &picture.heading().advice) {
            if !told.contains(&advice) {
                terminal::note(advice, None);
                told.push(advice);
            }
        }
        if self.project.request.profile != Profile::Document {
            return;
        }
        if let Some(picture) = first.or(whole) {
            caption(picture);
        }
        let view = self.project.request.view;
        let scenes = self.pages.iter().flatten().map(|(_, scene)| scene);
        let scenes = scenes.chain(self.whole.iter().filter_map(|(_, scene)| scene.as_ref()));
        for advice in scenes.filter_map(|scene| too_large(scene, view != View::Context && self.pages.is_none())) {
            terminal::note(&advice, None);
        }
        for (picture, _) in self.pages.iter().flatten().filter(|(picture, _)| picture.heading().sheet.is_some()) {
            files::tell_page(picture.heading());
        }
    }
}

fn refuse(refusal: views::Refusal) -> ExitCode {
    complain(&refusal.message, refusal.help.as_deref())
}

/// A picture, or several, in a format, and the letters that are empty boxes in it.
fn written(format: Format, scenes: &[&Scene], args: &Args) -> Result<(Vec<u8>, BTreeSet<char>), ExitCode> {
    let Some(first) = scenes.first() else { return Ok(Default::default()) };
    if matches!(format, Format::Svg | Format::Text(_)) {
        let svg = draw::svg(first, SvgOptions { embed_fonts: args.embed_fonts });
        return Ok((svg.into_bytes(), BTreeSet::new()));
    }
    let (fonts, boxes) = fonts::fonts(&draw::missing(scenes.iter().copied()), args.system_fonts);
    let bytes = if format == Format::Pdf { Ok(draw::pdf(scenes, &fonts)) } else { png(first, args, &fonts) };
    Ok((bytes?, boxes))
}

fn png(scene: &Scene, args: &Args, fonts: &Fonts) -> Result<Vec<u8>, ExitCode> {
    draw::png(scene, f64::from(args.dpi), fonts).map_err(|why| {
        complain(&why, Some("ask for fewer `--dpi`, for `--pages`, or for a part with `--focus` or `--activity`"))
    })
}

/// Says what is wrong with what was asked for.
fn complain(message: &str, help: Option<&str>) -> ExitCode {
    terminal::complain(message, help);
    ExitCode::TextWrong
}

/// What is written, and where.
fn wanted(args: &Args) -> Result<Vec<(Format, Option<PathBuf>)>, ExitCode> {
    let mut all: Vec<(Format, Option<PathBuf>)> = Vec::new();
    for file in &args.output {
        all.push((by_ending(file)?, Some(file.clone())));
    }
    all.extend(args.formats.iter().map(|wanted| (wanted.format(), wanted.file().map(Path::to_owned))));
    if all.is_empty() {
        all.push((Format::Svg, None));
    }
    formats::apart_files(all.iter().map(|(_, file)| file.as_deref()), "svg")?;
    if let Some((format, _)) =
        all.iter().find(|(format, file)| matches!(format, Format::Png | Format::Pdf) && file.is_none())
        && terminal::is_one()
    {
        let word = format.word();
        let help = format!("give it a file: -o picture.{word}");
        return Err(complain(&format!("a {word} cannot be shown on a terminal"), Some(&help)));
    }
    Ok(all)
}

/// The format that the ending of a file's name says.
fn by_ending(file: &Path) -> Result<Format, ExitCode> {
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    let written = || text::Format::of_ending(&ending).map(Format::Text);
    Format::of(&ending).or_else(written).ok_or_else(|| {
        let all = Format::ALL.iter().map(|format| format.word());
        let help = did_you_mean(&ending, all)
            .unwrap_or_else(|| "name it .svg, .png, .pdf, .mmd, .dot, .d2 or .txt, or say `--format`".to_owned());
        complain(&format!("`{}` does not say by its ending what format it is to have", file.display()), Some(&help))
    })
}

/// A project, judged, and what is to be seen of it.
struct Project {
    atlas: Atlas,
    report: Report,
    request: Request,
}

impl Project {
    fn of(args: &Args, loaded: Loaded) -> Result<Project, ExitCode> {
        let empty = loaded.staunch_files.is_empty();
        let root = loaded.root.display().to_string();
        let Surveyed { outcome, atlas } =
            run::survey(loaded, args.as_of.unwrap_or_else(project::today), args.waivers.mode());
        terminal::unchanged(&outcome)?;
        let (Some(atlas), Some(report)) = (atlas, outcome.report.clone()) else {
            terminal::print_error(&output::render(&outcome, output::Format::Human, &Options::default()));
            return Err(ExitCode::TextWrong);
        };
        if atlas.copies.is_empty() && atlas.flows.is_empty() && atlas.steps.is_empty() {
            let (what, help) = if empty {
                (
                    format!("there is no `.staunch` file in `{root}`"),
                    "`staunch init` writes a small project to start from",
                )
            } else {
                (
                    "the project declares no data: there is nothing to draw".to_owned(),
                    "declare what is held with `dataset`",
                )
            };
            terminal::complain(&what, Some(help));
            return Err(ExitCode::NothingChecked);
        }
        let request = request(args, &atlas)?;
        Ok(Project { atlas, report, request })
    }
}

/// What is to be seen.
fn request(args: &Args, atlas: &Atlas) -> Result<Request, ExitCode> {
    let mut focus = args.focus.clone();
    for name in &args.activity {
        if !atlas.activities.iter().any(|activity| activity.name == *name) {
            let help = did_you_mean(name, atlas.activities.iter().map(|a| a.name.as_str()));
            return Err(complain(&format!("the project has no activity `{name}`"), help.as_deref()));
        }
        focus.push(name.clone());
    }
    let view = match args.view {
        ViewArg::Swimlane => View::Swimlane,
        ViewArg::Context => View::Context,
        ViewArg::Lifecycle => View::Lifecycle,
        ViewArg::Matrix => View::Matrix,
    };
    let profile = match args.profile {
        ProfileArg::Screen => Profile::Screen,
        ProfileArg::Document => Profile::Document,
    };
    Ok(Request { view, profile, focus, finding: args.finding.clone() })
}

/// What to say of a picture that no page of A4 holds at 100 %, with margins of 20 mm; and whether it may be split into pages.
fn too_large(scene: &Scene, has_pages: bool) -> Option<String> {
    const MILLIMETRES: f64 = 25.4 / 96.0;
    let (wide, high) = (scene.width * MILLIMETRES, scene.height * MILLIMETRES);
    let share = (257.0 / wide).min(170.0 / high).max((170.0 / wide).min(257.0 / high));
    let smaller = match has_pages {
        true => "a PDF, or files named with `-o`, have it on pages of A4; parts are smaller:",
        false => "parts are smaller:",
    };
    (share < 1.0).then(|| {
        format!(
            "the picture is {wide:.0} by {high:.0} mm: to fit on a page of A4 it must be shown at {:.0} %, and its smallest letters \
             have {:.1} points then; {smaller} `--activity NAME`, `--focus NAME`, `--finding N`, `--view context`",
            share * 100.0,
            8.0 * share
        )
    })
}

/// What stands under a picture in a document is the document's own text: it is told to whoever makes it.
fn caption(picture: &Picture) {
    let heading = picture.heading();
    let date = heading.as_of.strftime("%-d %B %Y");
    terminal::note(
        &format!("{}. {}. {}, judged as of {date}.", heading.title, heading.subtitle, heading.tally.words()),
        None,
    );
}
