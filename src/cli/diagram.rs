//! `staunch diagram`: pictures of a project.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;

use super::formats::{self, Wanted};
use super::terminal;
use super::{ExitCode, date, run};
use crate::check::Surveyed;
use crate::diagnostic::did_you_mean;
use crate::diagram::chart::Picture;
use crate::diagram::draw::scene::Scene;
use crate::diagram::draw::{self, SvgOptions};
use crate::diagram::text;
use crate::diagram::views::{self, Profile, Request, View};
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
    let profile = match args.profile {
        ProfileArg::Screen => Profile::Screen,
        ProfileArg::Document => Profile::Document,
    };
    let picture = picture(args, loaded, profile)?;
    // text needs no drawing
    let drawn = wanted.iter().any(|(format, _)| !matches!(format, Format::Text(_)));
    let scene = if drawn { draw::draw(&picture, profile) } else { draw::scene::Scene::default() };
    if profile == Profile::Document {
        caption(&picture);
        if let Some(advice) = too_large(&scene) {
            terminal::note(&advice, None);
        }
    }
    for (format, file) in &wanted {
        let bytes = match format {
            Format::Svg => draw::svg(&scene, SvgOptions { embed_fonts: args.embed_fonts }).into_bytes(),
            Format::Png => draw::png(&scene, f64::from(args.dpi)).map_err(|why| {
                complain(&why, Some("ask for fewer `--dpi`, or for a part with `--focus` or `--activity`"))
            })?,
            Format::Pdf => draw::pdf(&scene),
            Format::Text(text::Format::Text) if file.is_none() => {
                text::tree::write(&picture, terminal::width()).into_bytes()
            }
            Format::Text(format) => text::write(&picture, *format).into_bytes(),
        };
        match file {
            None => terminal::print_bytes(&bytes)?,
            Some(file) => project::write_atomically(file, &bytes).map_err(|error| {
                let message = format!("cannot write `{}`: {}", file.display(), terminal::why(&error));
                terminal::complain(&message, Some("name a file in a folder that is there and may be written to"));
                ExitCode::Internal
            })?,
        }
    }
    Ok(())
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

/// The picture of a project.
fn picture(args: &Args, loaded: Loaded, profile: Profile) -> Result<Picture, ExitCode> {
    let empty = loaded.staunch_files.is_empty();
    let root = loaded.root.display().to_string();
    let Surveyed { outcome, atlas } =
        run::survey(loaded, args.as_of.unwrap_or_else(project::today), args.waivers.mode());
    terminal::unchanged(&outcome)?;
    let (Some(atlas), Some(report)) = (atlas, &outcome.report) else {
        terminal::print_error(&output::render(&outcome, output::Format::Human, &Options::default()));
        return Err(ExitCode::TextWrong);
    };
    if atlas.copies.is_empty() && atlas.flows.is_empty() && atlas.steps.is_empty() {
        let (what, help) = if empty {
            (format!("there is no `.staunch` file in `{root}`"), "`staunch init` writes a small project to start from")
        } else {
            ("the project declares no data: there is nothing to draw".to_owned(), "declare what is held with `dataset`")
        };
        terminal::complain(&what, Some(help));
        return Err(ExitCode::NothingChecked);
    }
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
    let request = Request { view, profile, focus, finding: args.finding.clone() };
    let picture = views::picture(&atlas, report, &request)
        .map_err(|refusal| complain(&refusal.message, refusal.help.as_deref()))?;
    for advice in &picture.heading().advice {
        terminal::note(advice, None);
    }
    Ok(picture)
}

/// What to say of a picture that no page of A4 holds at 100 %, with margins of 20 mm.
fn too_large(scene: &Scene) -> Option<String> {
    const MILLIMETRES: f64 = 25.4 / 96.0;
    let (wide, high) = (scene.width * MILLIMETRES, scene.height * MILLIMETRES);
    let share = (257.0 / wide).min(170.0 / high).max((170.0 / wide).min(257.0 / high));
    (share < 1.0).then(|| {
        format!(
            "the picture is {wide:.0} by {high:.0} mm: to fit on a page of A4 it must be shown at {:.0} %, and its smallest letters \
             have {:.1} points then; parts are smaller: `--activity NAME`, `--focus NAME`, `--finding N`, `--view context`",
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
