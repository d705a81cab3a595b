//! `spin.toml`, manifest version 2, as far as this host honours it.

mod mounts;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::IgnoredAny};

pub(crate) use mounts::Mounts;

use crate::{Error, Result};

/// The manifest. A key that is not here is refused by name, with its line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    spin_manifest_version: u32,
    #[serde(rename = "application")]
    _application: Application,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Variable>,
    #[serde(default)]
    pub(crate) trigger: Triggers,
    #[serde(default)]
    pub(crate) component: BTreeMap<String, Component>,
}

/// `[application]`: words for people only.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "version")]
    _version: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "authors")]
    _authors: Option<Vec<String>>,
}

/// An entry of `[variables]`. This host logs no variable's value, so `secret` changes nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variable {
    pub(crate) default: Option<String>,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(rename = "secret")]
    _secret: Option<bool>,
    #[serde(rename = "description")]
    _description: Option<String>,
}

/// `[[trigger.http]]`; other triggers are refused.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Triggers {
    #[serde(default)]
    pub(crate) http: Vec<HttpTrigger>,
}

/// A route and the component that answers it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpTrigger {
    pub(crate) route: String,
    pub(crate) component: String,
    #[serde(rename = "id")]
    _id: Option<String>,
}

/// `[component.ID]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Component {
    /// The path of the WebAssembly file.
    pub(crate) source: String,
    #[serde(rename = "description")]
    _description: Option<String>,
    /// Templates; what `spin:variables` answers.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) files: Vec<Mount>,
    /// Templates.
    #[serde(default)]
    pub(crate) allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    key_value_stores: Vec<String>,
    #[serde(default)]
    sqlite_databases: Vec<String>,
    #[serde(default)]
    ai_models: Vec<String>,
    #[serde(default)]
    exclude_files: Vec<String>,
    /// How the component is built; `spin build` reads it.
    #[serde(rename = "build")]
    _build: Option<IgnoredAny>,
    /// Settings of other tools.
    #[serde(rename = "tool")]
    _tool: Option<IgnoredAny>,
}

/// What of the host's files a component may read.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Mount {
    /// A pattern, relative to the manifest's folder; the files it matches keep their relative paths below `/`.
    Pattern(String),
    /// A folder, and where the component sees it.
    Folder { source: String, destination: String },
}

impl Manifest {
    /// Reads and checks the manifest at `path`.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.into(), source })?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        let manifest: Self =
            toml::from_str(text).map_err(|source| Error::Manifest { path: path.into(), source: Box::new(source) })?;
        if manifest.spin_manifest_version != 2 {
            return Err(Error::key("spin_manifest_version", "only version 2 is known"));
        }
        for (id, component) in &manifest.component {
            component.check(id)?;
        }
        for trigger in &manifest.trigger.http {
            if !manifest.component.contains_key(&trigger.component) {
                let reason = format!("there is no component `{}`", trigger.component);
                return Err(Error::key(format!("trigger.http `{}`", trigger.route), reason));
            }
        }
        if manifest.trigger.http.is_empty() {
            return Err(Error::key("trigger.http", "the application has no HTTP trigger"));
        }
        Ok(manifest)
    }
}

impl Component {
    /// Refuses what other hosts provide and this one does not.
    fn check(&self, id: &str) -> Result<()> {
        let lists = [
            ("key_value_stores", &self.key_value_stores),
            ("sqlite_databases", &self.sqlite_databases),
            ("ai_models", &self.ai_models),
            ("exclude_files", &self.exclude_files),
        ];
        match lists.into_iter().find(|(_, list)| !list.is_empty()) {
            Some((key, _)) => Err(Error::key(format!("component.{id}.{key}"), "not provided by this host")),
            None => Ok(()),
        }
    }
}

/// The folder that the manifest's paths are relative to.
pub(crate) fn folder(manifest: &Path) -> PathBuf {
    match manifest.parent() {
        Some(parent) if parent != Path::new("") => parent.into(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = r#"
        spin_manifest_version = 2
        [application]
        name = "a"
        [[trigger.http]]
        route = "/..."
        component = "c"
        [component.c]
        source = "c.wasm"
    "#;

    fn refusal(text: &str) -> String {
        let result = Manifest::parse(text, Path::new("spin.toml"));
        result.err().map(|error| error.to_string()).expect("the manifest is refused")
    }

    #[test]
    fn what_only_other_tools_read_is_accepted() {
        let text = format!(
            r#"{SMALLEST}
            description = "words"
            key_value_stores = []
            [component.c.build]
            command = "cargo build"
            watch = ["src/**/*.rs"]
            [component.c.tool.editor]
            indent = 2
            "#
        );
        assert!(Manifest::parse(&text, Path::new("spin.toml")).is_ok());
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        assert!(refusal(&format!("{SMALLEST}\nsorce = \"x\"")).contains("unknown field `sorce`"));
        assert!(refusal(&SMALLEST.replace("name = \"a\"", "name = \"a\"\nowner = \"b\"")).contains("`owner`"));
        assert!(
            refusal(&SMALLEST.replace("route =", "executor = { type = \"wagi\" }\nroute =")).contains("`executor`")
        );
        assert!(refusal(&SMALLEST.replace("trigger.http", "trigger.redis")).contains("`redis`"));
        assert!(refusal(&format!("{SMALLEST}\n[variables.v]\ndefault = \"\"\nsecrt = true")).contains("`secrt`"));
    }

    #[test]
    fn what_this_host_does_not_provide_is_refused_by_name() {
        let text = format!("{SMALLEST}\nkey_value_stores = [\"default\"]");
        assert_eq!(refusal(&text), "component.c.key_value_stores: not provided by this host");
    }

    #[test]
    fn a_trigger_of_a_component_that_does_not_exist_is_refused() {
        let text = SMALLEST.replace("component = \"c\"", "component = \"d\"");
        assert_eq!(refusal(&text), "trigger.http `/...`: there is no component `d`");
    }

    #[test]
    fn another_manifest_version_is_refused() {
        assert!(refusal(&SMALLEST.replace("= 2", "= 3")).starts_with("spin_manifest_version"));
    }
}
