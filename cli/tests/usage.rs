//! Help, wrong arguments, completions and manual pages.

mod common;

use common::Folder;

#[test]
fn every_command_has_help_that_starts_with_what_it_does() {
    let folder = Folder::new();
    let help = folder.run("--help").fine();
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 4, "{help}");
    for command in commands {
        let help = folder.run(&format!("{command} --help")).fine();
        assert!(help.contains("Usage: sealwax"), "{command}: {help}");
    }
}

#[test]
fn wrong_arguments_exit_with_2_and_name_the_word() {
    let folder = Folder::new();
    for (arguments, word) in [("scna", "scna"), ("seal --kye a", "--kye"), ("open in -o out", "--key")] {
        let error = folder.run(arguments).failed();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn completions_are_written_for_every_shell() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.run(&format!("completions {shell}")).fine();
        assert!(script.contains("keygen"), "{shell}");
    }
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let folder = Folder::new();
    assert!(folder.run("man").fine().contains(".TH sealwax 1"));
    folder.run("man .").fine();
    assert!(folder.names().contains(&"sealwax-seal.1".to_owned()));
    let error = folder.run("man gone").failed();
    assert!(error.contains("`gone`") && error.contains("next:"), "{error}");
}

#[test]
fn colour_stays_off_in_a_pipe_and_comes_when_asked_for() {
    let folder = Folder::new();
    assert!(!folder.run("open --key gone in -o out").failed().contains('\u{1b}'));
    assert!(
        folder
            .run("--color always open --key gone in -o out")
            .failed()
            .contains('\u{1b}')
    );
}
