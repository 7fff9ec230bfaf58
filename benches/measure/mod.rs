//! How long another process takes, and how much memory at the most.
//!
//! The system tells the largest of all children that a process has had. So each measurement has a helper process of its own,
//! this program again, that has no other child.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)] // it starts processes and tells its parent of them

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// What was measured of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process {
    /// From its start to its exit.
    pub(crate) time: Duration,
    /// The most memory that it had at one time, in bytes, where the system tells.
    pub(crate) peak: Option<u64>,
}

/// Runs a command and measures it; `None` when it took longer than the limit and was stopped.
pub(crate) fn run(command: &str, arguments: &[&str], limit: Duration) -> Result<Option<Process>, String> {
    let helper = std::env::current_exe().map_err(|e| format!("this program is not found: {e}"))?;
    let output = Command::new(helper)
        .arg("--measure")
        .arg(limit.as_millis().to_string())
        .arg(command)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("{command}: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace();
    match (numbers.next(), output.status.success()) {
        (Some("stopped"), true) => Ok(None),
        (Some(nanoseconds), true) => {
            let time = nanoseconds.parse().map(Duration::from_nanos).map_err(|e| format!("{nanoseconds}: {e}"))?;
            Ok(Some(Process { time, peak: numbers.next().and_then(|n| n.parse().ok()) }))
        }
        _ => Err(format!("{command} {} did not run: {text}", arguments.join(" "))),
    }
}

/// The helper: runs what stands on its command line behind the limit and writes what it measured.
pub(crate) fn child(arguments: &[String]) -> ExitCode {
    let [limit, command, arguments @ ..] = arguments else { return ExitCode::FAILURE };
    let Ok(limit) = limit.parse().map(Duration::from_millis) else { return ExitCode::FAILURE };
    let start = Instant::now();
    let Ok(mut child) =
        Command::new(command).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    else {
        return ExitCode::FAILURE;
    };
    let id = child.id();
    let (done, waits) = std::sync::mpsc::channel::<()>();
    // looks at the clock beside the wait, so that the end of the process is noticed at once
    let clock = std::thread::spawn(move || {
        let late = waits.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
        if late {
            stop(id);
        }
        late
    });
    let status = child.wait();
    let time = start.elapsed();
    drop(done);
    let late = clock.join().unwrap_or(false);
    match status {
        _ if late => println!("stopped"),
        // 0: all holds, 1: a rule is broken; anything else is a check that did not come to its end
        Ok(status) if matches!(status.code(), Some(0 | 1)) => {
            println!("{} {}", time.as_nanos(), peak().map_or_else(|| "-".to_owned(), |p| p.to_string()));
        }
        status => {
            println!("{status:?}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The most memory that any child had.
#[cfg(unix)]
fn peak() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    // bytes on Apple's systems, kilobytes on all others
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    u64::try_from(usage.max_rss()).ok().map(|rss| rss * unit)
}

#[cfg(not(unix))]
fn peak() -> Option<u64> {
    None
}

/// Stops a process by its number.
fn stop(id: u32) {
    let _ = if cfg!(unix) {
        Command::new("kill").args(["-9", &id.to_string()]).status()
    } else {
        Command::new("taskkill").args(["/F", "/PID", &id.to_string()]).status()
    };
}
