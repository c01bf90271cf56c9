use std::{
    fs, io,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data");

const URL_CASES: &str = "url_cases.json";
const BIND_CASES: &str = "bind_cases.json";

/// The files of cases, as text.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CaseFiles {
    /// The scenarios, each with its file's name.
    pub scenarios: Vec<(String, String)>,
    /// The URL cases.
    pub urls: Option<String>,
    /// The bind cases.
    pub binds: Option<String>,
}

impl CaseFiles {
    /// The cases this crate carries.
    #[must_use]
    pub fn embedded() -> Self {
        let text = |file: &include_dir::File<'_>| file.contents_utf8().map(str::to_owned);
        let scenarios = EMBEDDED.get_dir("scenarios").map(Dir::files).into_iter().flatten();
        let mut scenarios: Vec<_> = scenarios
            .filter_map(|file| Some((file.path().file_name()?.to_str()?.to_owned(), text(file)?)))
            .collect();
        scenarios.sort();
        Self {
            scenarios,
            urls: EMBEDDED.get_file(URL_CASES).and_then(text),
            binds: EMBEDDED.get_file(BIND_CASES).and_then(text),
        }
    }

    /// The cases of a folder: `url_cases.json`, `bind_cases.json`, and every other `.json` in it or in its folder
    /// `scenarios` that holds a scenario.
    ///
    /// # Errors
    ///
    /// The folder, or a file in it, cannot be read, or there is no case in it: a run of nothing would look like success.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        let mut files = Self::default();
        let below = folder.join("scenarios");
        let mut paths = json_files(folder)?;
        if below.is_dir() {
            paths.extend(json_files(&below)?);
        }
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path)
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
            match name.as_str() {
                URL_CASES => files.urls = Some(text),
                BIND_CASES => files.binds = Some(text),
                // Other files of the recordings stand beside the cases; what lies in `scenarios` is one in any case.
                _ if path.parent() != Some(&below) && !looks_like_scenario(&text) => {}
                _ => files.scenarios.push((name, text)),
            }
        }
        if files.scenarios.is_empty() && files.urls.is_none() && files.binds.is_none() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there are no cases in it"));
        }
        Ok(files)
    }
}

fn json_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json") && path.is_file());
    paths.sort();
    Ok(paths)
}

fn looks_like_scenario(text: &str) -> bool {
    text.contains("\"steps\"") && text.contains("\"backends\"") && text.contains("\"format\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn every_embedded_scenario_can_be_read() {
        let files = CaseFiles::embedded();
        assert!(files.scenarios.len() > 300, "{}", files.scenarios.len());
        for (name, text) in &files.scenarios {
            let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(scenario.unknown.is_empty(), "{name}: {:?}", scenario.unknown);
        }
        assert!(files.urls.is_some() && files.binds.is_some());
    }

    #[test]
    fn a_folder_of_the_same_formats_can_be_read() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let files = CaseFiles::in_folder(&data).unwrap();
        assert_eq!(files.scenarios, CaseFiles::embedded().scenarios);
        assert!(files.urls.is_some() && files.binds.is_some());
        assert_eq!(CaseFiles::in_folder(&data.join("scenarios")).unwrap().scenarios, files.scenarios);
        assert!(CaseFiles::in_folder(&data.join("nothing")).is_err());
        let without_cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(CaseFiles::in_folder(&without_cases).is_err());
    }
}
