//! The `staunch` command. Everything it does is in [`staunch::cli`].

fn main() -> std::process::ExitCode {
    staunch::cli::main()
}
