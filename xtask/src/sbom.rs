//! `cargo xtask sbom`: what is in each thing that is shipped, as `CycloneDX`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::{Failure, install, shell};

/// Writes a bill of materials (`CycloneDX` 1.6, JSON) for each product into `target/sbom`, or into the folder that is named.
///
/// It holds what is linked into the product on this platform, with licence and hash, and who needs whom. What works only while
/// it is built (macros, build scripts) is no part of it. The same tree gives the same bytes: there is no time in it.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let folder = match words {
        [] => install::target(root).join("sbom"),
        [folder] if !folder.starts_with('-') => std::path::absolute(folder)?,
        _ => return Err("usage: cargo xtask sbom [FOLDER]".into()),
    };
    fs::create_dir_all(&folder)?;
    for product in PRODUCTS {
        let path = folder.join(format!("{}.cdx.json", product.file));
        fs::write(&path, format!("{:#}\n", bill(root, product)?))?;
        println!("sbom: {}", path.display());
    }
    Ok(())
}

/// Something that is shipped.
struct Product {
    file: &'static str,
    /// The package that it is built from.
    package: &'static str,
    name: &'static str,
    /// The type of its package URL.
    ecosystem: &'static str,
    kind: &'static str,
}

const PRODUCTS: &[Product] = &[
    Product {
        file: "sealwax-crate",
        package: "sealwax",
        name: "sealwax",
        ecosystem: "cargo",
        kind: "library",
    },
    Product {
        file: "libsealwax",
        package: "sealwax-ffi",
        name: "libsealwax",
        ecosystem: "generic",
        kind: "library",
    },
    Product {
        file: "sealwax-wheel",
        package: "sealwax-python",
        name: "sealwax",
        ecosystem: "pypi",
        kind: "library",
    },
    Product {
        file: "sealwax-command",
        package: "sealwax-cli",
        name: "sealwax-cli",
        ecosystem: "generic",
        kind: "application",
    },
];

fn bill(root: &Path, product: &Product) -> Result<Value, Failure> {
    let hashes = hashes(&fs::read_to_string(root.join("Cargo.lock"))?)?;
    let tree = Tree::read(&shipped(root, product.package)?)?;
    let subject = tree.top.clone();
    let components: Vec<Value> = tree
        .packages
        .iter()
        .filter(|(key, _)| **key != subject)
        .map(|(key, package)| package.component(key, hashes.get(key)))
        .collect();
    let reference = |key: &Key| {
        if *key == subject {
            product.reference(&subject.1)
        } else {
            key_reference(key)
        }
    };
    let dependencies: Vec<Value> = tree
        .needs
        .iter()
        .map(|(key, needed)| {
            let needed: Vec<String> = needed.iter().map(reference).collect();
            json!({"ref": reference(key), "dependsOn": needed})
        })
        .collect();
    let licence = tree.packages.get(&subject).map(|package| package.licence.clone());
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": product.kind,
                "bom-ref": product.reference(&subject.1),
                "name": product.name,
                "version": subject.1,
                "licenses": [{"expression": licence}],
                "purl": product.reference(&subject.1),
            },
            "tools": {"components": [{"type": "application", "name": "cargo xtask sbom", "version": env!("CARGO_PKG_VERSION")}]},
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

impl Product {
    fn reference(&self, version: &str) -> String {
        format!("pkg:{}/{}@{version}", self.ecosystem, self.name)
    }
}

/// The name and the version of a package.
type Key = (String, String);

fn key_reference((name, version): &Key) -> String {
    format!("pkg:cargo/{name}@{version}")
}

struct Package {
    licence: String,
    repository: String,
}

impl Package {
    /// A package of the project's own has no hash: nobody but the project publishes it.
    fn component(&self, key: &Key, hash: Option<&String>) -> Value {
        let hashes = hash.map(|hash| json!({"alg": "SHA-256", "content": hash}));
        let source = Some(&self.repository).filter(|repository| !repository.is_empty());
        let source = source.map(|repository| json!({"type": "vcs", "url": repository}));
        json!({
            "type": "library",
            "bom-ref": key_reference(key),
            "name": key.0,
            "version": key.1,
            "scope": "required",
            "licenses": [{"expression": self.licence}],
            "purl": key_reference(key),
            "hashes": hashes.into_iter().collect::<Vec<_>>(),
            "externalReferences": source.into_iter().collect::<Vec<_>>(),
        })
    }
}

/// Who needs whom, and what each is.
struct Tree {
    top: Key,
    packages: BTreeMap<Key, Package>,
    needs: BTreeMap<Key, BTreeSet<Key>>,
}

impl Tree {
    /// Reads what `cargo tree` printed: the depth, and the fields of [`FORMAT`].
    fn read(text: &str) -> Result<Self, Failure> {
        let (mut packages, mut needs) = (BTreeMap::new(), BTreeMap::<Key, BTreeSet<Key>>::new());
        let mut path: Vec<Key> = Vec::new();
        for line in text.lines() {
            let (depth, key, package) = entry(line).ok_or_else(|| format!("`cargo tree` printed `{line}`"))?;
            path.truncate(depth);
            if let Some(parent) = path.last() {
                needs.entry(parent.clone()).or_default().insert(key.clone());
            }
            needs.entry(key.clone()).or_default();
            path.push(key.clone());
            packages.insert(key, package);
        }
        let top = path.into_iter().next().ok_or("`cargo tree` printed nothing")?;
        Ok(Self { top, packages, needs })
    }
}

fn entry(line: &str) -> Option<(usize, Key, Package)> {
    let mut fields = line.split('\t');
    let (first, licence, repository) = (fields.next()?, fields.next()?, fields.next()?);
    let digits = first.find(|letter: char| !letter.is_ascii_digit())?;
    let (depth, package) = first.split_at_checked(digits)?;
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    let package = Package {
        licence: licence.replace('/', " OR "), // as Cargo wrote it once
        repository: repository.trim_end_matches(" (*)").to_owned(),
    };
    Some((depth.parse().ok()?, (name.to_owned(), version.to_owned()), package))
}

/// What is linked into a package, on this platform.
fn shipped(root: &Path, package: &str) -> Result<String, Failure> {
    let mut cargo = Command::new(shell::cargo_program());
    cargo
        .args([
            "tree",
            "--locked",
            "--package",
            package,
            "--edges",
            "normal,no-proc-macro",
        ])
        .args(["--prefix", "depth", "--format", FORMAT])
        .current_dir(root);
    let output = cargo.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed: {said}", shell::words(&cargo)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The SHA-256 of every package that comes from a registry, as the lock file has it.
fn hashes(lock: &str) -> Result<BTreeMap<Key, String>, Failure> {
    let lock: toml::Table = lock.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let text = |package: &toml::Value, field: &str| Some(package.get(field)?.as_str()?.to_owned());
    let rows = packages.into_iter().flatten().filter_map(|package| {
        let key = (text(package, "name")?, text(package, "version")?);
        Some((key, text(package, "checksum")?))
    });
    Ok(rows.collect())
}

const FORMAT: &str = "{p}\t{l}\t{r}";

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
    }

    #[test]
    fn every_shipped_dependency_is_in_the_bill_with_licence_and_hash() {
        for product in PRODUCTS {
            let bill = bill(root(), product).unwrap();
            let components = bill["components"].as_array().unwrap();
            let mut cargo = Command::new(shell::cargo_program());
            cargo.args(["tree", "--locked", "--package", product.package, "--prefix", "none"]);
            let output = cargo
                .args(["--edges", "normal,no-proc-macro", "--no-dedupe"])
                .current_dir(root());
            let tree = String::from_utf8(output.output().unwrap().stdout).unwrap();
            let names: BTreeSet<_> = tree.lines().skip(1).filter_map(|line| line.split_once(" v")).collect();
            assert!(names.len() > 30, "{}: {} dependencies", product.package, names.len());
            for (name, rest) in names {
                let (version, is_own) = (rest.split(' ').next().unwrap(), rest.contains(" (/"));
                let found = components.iter().find(|c| c["name"] == name && c["version"] == version);
                let found = found.unwrap_or_else(|| panic!("{} lacks {name} {version}", product.file));
                let licence = found["licenses"][0]["expression"].as_str().unwrap();
                assert!(!licence.is_empty(), "{name} has no licence");
                let hash = found["hashes"][0]["content"].as_str().unwrap_or_default();
                assert_eq!(hash.len() == 64, !is_own, "{name}: {hash}");
            }
        }
    }

    #[test]
    fn every_reference_leads_to_one_component() {
        for product in PRODUCTS {
            let bill = bill(root(), product).unwrap();
            let components = bill["components"].as_array().unwrap().iter();
            let all = components.chain([&bill["metadata"]["component"]]);
            let references: Vec<_> = all.map(|component| component["bom-ref"].as_str().unwrap()).collect();
            let known: BTreeSet<_> = references.iter().copied().collect();
            assert_eq!(known.len(), references.len(), "a reference stands twice");
            for entry in bill["dependencies"].as_array().unwrap() {
                let needed = entry["dependsOn"].as_array().unwrap().iter();
                for reference in needed.chain([&entry["ref"]]) {
                    assert!(known.contains(reference.as_str().unwrap()), "{reference}");
                }
            }
        }
    }

    #[test]
    fn what_cargo_prints_becomes_a_tree() {
        let tree = "0a v1.0.0 (/x)\tMIT\t\n1b v2.0.0\tMIT/Apache-2.0\thttps://b.example\n2c v3.0.0\tISC\t\n1c v3.0.0\tISC\t (*)\n";
        let tree = Tree::read(tree).unwrap();
        let key = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        assert_eq!(tree.packages[&key("b", "2.0.0")].licence, "MIT OR Apache-2.0");
        assert_eq!(tree.packages[&key("c", "3.0.0")].repository, "");
        assert_eq!(
            tree.needs[&key("a", "1.0.0")],
            [key("b", "2.0.0"), key("c", "3.0.0")].into()
        );
    }
}
