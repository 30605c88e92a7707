//! The rules of the source that no compiler knows. Each failure names the place and the reason.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Lines of a file: what a reader keeps in mind at once.
const FILE_LINES_MAX: usize = 500;
/// Lines of a function: one screen.
const FUNCTION_LINES_MAX: usize = 70;
/// Where the source is.
const FOLDERS: [&str; 5] = ["src", "commands", "tests", "benches", "fuzz"];

struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(&format!("{folder}/"))
    }

    /// Whether it is compiled for tests only.
    fn is_test(&self) -> bool {
        self.path
            .split('/')
            .any(|part| part.trim_end_matches(".rs").split('_').any(|w| w == "test" || w == "tests"))
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line))
    }

    /// The lines that are no comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        collect(&root().join(folder), &mut found);
    }
    found.sort();
    found.into_iter().map(read).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("the folder can be read").path()) {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn read(path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).expect("the file is UTF-8");
    let path = path.strip_prefix(root()).expect("it lies below the root");
    Source { path: path.to_string_lossy().replace('\\', "/"), text }
}

/// Fails with every place, and the reason once.
fn assert_none(found: &[String], reason: &str) {
    assert!(found.is_empty(), "{reason}:\n  {}", found.join("\n  "));
}

fn places(holds: impl Fn(&Source, &str) -> bool, of: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| of(source)) {
        let lines = source.code().filter(|(_, line)| holds(source, line));
        found.extend(lines.map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim())));
    }
    found
}

#[test]
fn files_are_short() {
    let long = sources().into_iter().filter_map(|source| {
        let lines = source.text.lines().count();
        (lines > FILE_LINES_MAX).then(|| format!("{}: {lines} lines", source.path))
    });
    let reason = format!("a file of more than {FILE_LINES_MAX} lines has two subjects: split it");
    assert_none(&long.collect::<Vec<_>>(), &reason);
}

#[test]
fn functions_are_short() {
    let long: Vec<String> = sources().iter().flat_map(long_functions).collect();
    let reason =
        format!("a function of more than {FUNCTION_LINES_MAX} lines does two things: give one a name");
    assert_none(&long, &reason);
}

/// The functions that are too long. What stands in a snapshot counts for nothing: it is data.
fn long_functions(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(String, String, usize)> = None;
    let mut raw_end: Option<String> = None;
    for (_, line) in source.lines() {
        if let Some(end) = &raw_end {
            if line.trim_start().starts_with(end.as_str()) {
                raw_end = None;
            }
            continue;
        }
        if let Some((name, close, count)) = &mut open {
            *count += 1;
            if line == close {
                if *count > FUNCTION_LINES_MAX {
                    found.push(format!("{}: {name}, {count} lines", source.path));
                }
                open = None;
            }
        } else if let Some(name) = function_name(line) {
            let indent = line.len() - line.trim_start().len();
            open = Some((name, format!("{}}}", " ".repeat(indent)), 1));
        }
        raw_end = snapshot_end(line);
        if line.ends_with([';', '}']) && function_name(line).is_some() {
            // A function on one line, or one without a body.
            open = None;
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let before = ["pub", "const", "async", "unsafe"];
    let keyword = words.find(|word| !before.contains(word) && !word.starts_with("pub("))?;
    let name = words.next().filter(|_| keyword == "fn")?;
    Some(name.split(['(', '<']).next().unwrap_or(name).to_owned())
}

/// What ends the raw string that a line leaves open.
fn snapshot_end(line: &str) -> Option<String> {
    let hashes = line.strip_suffix('"').map(|head| head.len() - head.trim_end_matches('#').len())?;
    let head = &line[..line.len() - 1 - hashes];
    head.ends_with('r').then(|| format!("\"{}", "#".repeat(hashes)))
}

#[test]
fn nothing_is_left_to_be_done() {
    // Put together, so that this file does not hold them.
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["XX", "X:"].concat()];
    let mut found = Vec::new();
    for source in sources() {
        let marked = source.lines().filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
        found.extend(marked.map(|(number, _)| format!("{}:{number}", source.path)));
    }
    assert_none(&found, "what is still to be done is an issue, or it is done");
}

#[test]
fn no_lint_is_silenced_for_good() {
    let found = places(
        |_, line| line.contains("[allow(") || line.contains("[cfg_attr(any(), allow"),
        |source| source.path != "tests/tidy.rs",
    );
    assert_none(&found, "write #[expect(…, reason = \"…\")]: it complains when it is needless");
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    let roots = ["work", "tmp", "home", "root", "Users"].map(|name| format!("\"/{name}/"));
    let found = places(|_, line| roots.iter().any(|root| line.contains(root)), |_| true);
    assert_none(&found, "a path of one machine is wrong on every other");
}

/// The first parts of all paths that begin with `crate::`, in `use` trees too.
fn parts_used(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(tree) => found.extend(branches(tree)),
            None => found.extend(word(rest)),
        }
    }
    found
}

/// The first words of the branches of a `use` tree.
fn branches(tree: &str) -> Vec<String> {
    let (mut depth, mut begins, mut found) = (0_usize, true, Vec::new());
    for (at, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if begins && c.is_alphabetic() => {
                found.extend(word(&tree[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    found
}

fn word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

/// The files of `folder` that use a part of the crate that is not `allowed`.
fn uses_beyond(folder: &str, allowed: impl Fn(&Source, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.is_under(folder)) {
        let code: String = source.code().map(|(_, line)| format!("{line}\n")).collect();
        let beyond = parts_used(&code).into_iter().filter(|part| !allowed(source, part));
        found.extend(beyond.map(|part| format!("{}: crate::{part}", source.path)));
    }
    found
}

#[test]
fn the_kernel_stands_on_itself() {
    let found = uses_beyond("commands/kernel", |_, part| part == "kernel");
    assert_none(&found, "imports point down: command families stand on the kernel, never the other way");
}

#[test]
fn an_adapter_knows_ports_and_not_its_neighbours() {
    for (own, foreign) in [("zulip", "github"), ("github", "zulip"), ("store", "zulip"), ("store", "github")]
    {
        let above = ["engine", "outbox", "perform", "guard", "bot", "cli", foreign];
        let found = uses_beyond(&format!("src/{own}"), |_, part| !above.contains(&part));
        assert_none(
            &found,
            "imports point down: an adapter sees the ports and the core, never another adapter or the engine",
        );
    }
}

#[test]
fn the_core_does_no_io() {
    let words = ["tokio", "reqwest", "sled", "axum", "rand", "tracing"];
    let named = |line: &str| words.iter().any(|word| line.contains(&format!("{word}::")));
    let found = places(|_, line| named(line), |source| source.is_under("commands"));
    assert_none(&found, "the core decides and does nothing: no runtime, network, store, dice or log in it");
    let manifest = fs::read_to_string(root().join("commands/Cargo.toml")).expect("the core has a manifest");
    let dependencies = manifest.lines().filter_map(|line| line.split(['.', '=', ' ']).next());
    let found: Vec<String> = dependencies
        .filter(|name| words.contains(name))
        .map(|name| format!("commands/Cargo.toml: {name}"))
        .collect();
    assert_none(&found, "the core decides and does nothing: no runtime, network, store, dice or log in it");
}

#[test]
fn one_file_names_the_database() {
    let names = |line: &str| {
        line.match_indices("sled::").any(|(at, _)| {
            let before = line[..at].trim_end_matches("::");
            let absolute = line[..at].ends_with("::") && !before.ends_with(|c: char| c.is_alphanumeric());
            absolute || before.ends_with("use ")
        })
    };
    let found = places(|_, line| names(line), |source| !source.path.starts_with("src/store/sled"));
    assert_none(&found, "the database can be changed in src/store/sled.rs, and nowhere else has to be");
}

#[test]
fn the_sandbox_is_no_part_of_the_bot() {
    let mut found = Vec::new();
    let outside =
        |source: &&Source| source.is_under("src") && !source.is_under("src/sandbox") && !source.is_test();
    for source in sources().iter().filter(outside) {
        let ungated = ungated_lines(source);
        found.extend(ungated.into_iter().map(|(number, line)| format!("{}:{number}: {line}", source.path)));
    }
    assert_none(
        &found,
        "the image is built without the sandbox: name it only below #[cfg(feature = \"sandbox\")]",
    );
}

/// The lines that name the sandbox outside an item below its feature.
fn ungated_lines(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // The indentation of the item that is gated at present.
    let mut gate: Option<usize> = None;
    for (number, line) in source.code().filter(|(_, line)| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        if line.trim_start().starts_with("#[") {
            gate = gate.or(line.contains("feature = \"sandbox\"").then_some(indent));
            continue;
        }
        let names = ["sandbox::", "mod sandbox", "use sandbox"].iter().any(|name| line.contains(name));
        if names && gate.is_none() {
            found.push((number, line.trim().to_owned()));
        }
        if gate.is_some_and(|gate| indent <= gate) && line.ends_with(['}', ';', ',']) {
            gate = None;
        }
    }
    found
}

#[test]
fn no_file_is_dead() {
    let sources = sources();
    let mut alive = BTreeSet::new();
    for source in sources.iter().filter(|source| is_root(&source.path)) {
        reach(&sources, &source.path, &mut alive);
    }
    let is_data = |path: &str| path.starts_with("commands/tests/compile_fail/");
    let dead = sources.iter().map(|source| source.path.clone());
    let dead: Vec<String> = dead.filter(|path| !alive.contains(path) && !is_data(path)).collect();
    assert_none(&dead, "no `mod` names this file, so nobody compiles it: name it or delete it");
}

fn is_root(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let of_tests =
        |folder: &str| ["tests", "commands/tests", "benches", "fuzz/fuzz_targets"].contains(&folder);
    ["src/lib.rs", "src/main.rs", "commands/lib.rs"].contains(&path)
        || of_tests(folder)
        || (path.ends_with("/main.rs") && folder.rsplit_once('/').is_some_and(|(above, _)| of_tests(above)))
}

/// Follows the `mod` declarations of a file.
fn reach(sources: &[Source], path: &str, alive: &mut BTreeSet<String>) {
    let Some(source) = sources.iter().find(|source| source.path == path) else { return };
    if !alive.insert(path.to_owned()) {
        return;
    }
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.trim_end_matches(".rs");
    let own = ["lib", "main", "mod"].contains(&stem) || is_root(path);
    let below = if own { folder.to_owned() } else { format!("{folder}/{stem}") };
    let mut at_path = None;
    for (_, line) in source.code() {
        let line = line.trim();
        if let Some(file) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
            at_path = Some(format!("{folder}/{file}"));
        } else if let Some(module) = declared(line) {
            let files = [format!("{below}/{module}.rs"), format!("{below}/{module}/mod.rs")];
            for file in at_path.take().into_iter().chain(files) {
                reach(sources, &file, alive);
            }
        }
    }
}

/// The module that a line declares to stand in a file.
fn declared(line: &str) -> Option<&str> {
    let name = line.strip_suffix(';')?;
    let name =
        name.split_once("mod ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"))?.1;
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
}

#[test]
fn the_rules_find_what_they_are_for() {
    let source = |text: &str| Source { path: "src/x.rs".to_owned(), text: text.to_owned() };
    let long = format!("fn long() {{\n{}}}\n", "    work();\n".repeat(FUNCTION_LINES_MAX));
    assert_eq!(long_functions(&source(&long)).len(), 1);
    assert_eq!(long_functions(&source(&long.replacen("    work();\n    work();\n", "", 1))).len(), 0);
    let snapshot = format!("fn t() {{\n    f(@r#\"\n{}    \"#);\n}}\n", "    x\n".repeat(200));
    assert_eq!(long_functions(&source(&snapshot)).len(), 0);
    let gated =
        "#[cfg(feature = \"sandbox\")]\nfn f() {\n    use crate::sandbox::g;\n}\nuse crate::sandbox::h;\n";
    assert_eq!(ungated_lines(&source(gated)), [(5, "use crate::sandbox::h;".to_owned())]);
    let used = parts_used("use crate::{\n    a::{b, c},\n    d,\n};\nlet x = crate::e::f();");
    assert_eq!(used.into_iter().collect::<Vec<_>>(), ["a", "d", "e"]);
    assert_eq!(declared("pub(crate) mod word;"), Some("word"));
    assert_eq!(declared("let modest = mod_ern;"), None);
}
