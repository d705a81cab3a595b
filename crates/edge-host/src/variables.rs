//! Variables: declared in the manifest, given by the environment or the configuration, used in templates.

use std::collections::BTreeMap;

use crate::{Error, Result, manifest::Variable};

/// The application's variables with their values.
#[derive(Debug)]
pub(crate) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The value of each declared variable: `given`, else `SPIN_VARIABLE_NAME` in `environment`, else its default.
    pub(crate) fn resolve(
        declared: &BTreeMap<String, Variable>,
        environment: impl Fn(&str) -> Option<String>,
        given: &BTreeMap<String, String>,
    ) -> Result<Self> {
        if let Some(unknown) = given.keys().find(|name| !declared.contains_key(*name)) {
            return Err(Error::UnknownVariable(unknown.clone()));
        }
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, variable) in declared {
            let key = format!("variables.{name}");
            if !is_name(name) {
                return Err(Error::key(key, "a variable's name is lower case letters, digits and `_`"));
            }
            if variable.default.is_none() && !variable.required {
                return Err(Error::key(key, "needs `default` or `required = true`"));
            }
            let value = given.get(name).cloned();
            let value = value.or_else(|| environment(&format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase())));
            match value.or_else(|| variable.default.clone()) {
                Some(value) => drop(values.insert(name.clone(), value)),
                None => missing.push(name.clone()),
            }
        }
        if missing.is_empty() { Ok(Self(values)) } else { Err(Error::MissingVariables(missing)) }
    }

    /// `template` with each `{{ name }}` replaced. `key` is where the template stands in the manifest.
    pub(crate) fn render(&self, key: &str, template: &str) -> Result<String> {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else {
                return Err(Error::key(key, "`{{` without `}}`"));
            };
            let name = name.trim();
            let value = self.0.get(name);
            let value = value.ok_or_else(|| Error::key(key, format!("there is no variable `{name}`")))?;
            text.push_str(before);
            text.push_str(value);
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }
}

/// Whether a manifest could hold a variable of this name.
pub(crate) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> BTreeMap<String, Variable> {
        toml::from_str(
            r#"
            color = { default = "red" }
            size = { default = "small" }
            token = { required = true, secret = true }
            "#,
        )
        .unwrap()
    }

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    #[test]
    fn the_configuration_wins_over_the_environment_which_wins_over_the_default() {
        let environment = |name: &str| match name {
            "SPIN_VARIABLE_SIZE" => Some("large".into()),
            "SPIN_VARIABLE_TOKEN" => Some("from the environment".into()),
            _ => None,
        };
        let given = map(&[("token", "given")]);
        let variables = Variables::resolve(&declared(), environment, &given).unwrap();
        assert_eq!(variables.0, map(&[("color", "red"), ("size", "large"), ("token", "given")]));
    }

    #[test]
    fn a_required_variable_without_a_value_is_named_with_what_to_set() {
        let error = Variables::resolve(&declared(), |_| None, &BTreeMap::new()).unwrap_err().to_string();
        assert_eq!(error, "no value for the required variable(s) token: set SPIN_VARIABLE_TOKEN");
    }

    #[test]
    fn a_value_for_an_undeclared_variable_is_refused_by_name() {
        let error = Variables::resolve(&declared(), |_| None, &map(&[("tokn", "x")])).unwrap_err().to_string();
        assert_eq!(error, "the manifest declares no variable `tokn`");
    }

    #[test]
    fn templates_take_variables_and_name_the_key_of_what_they_lack() {
        let variables = Variables(map(&[("host", "example.com"), ("port", "80")]));
        assert_eq!(variables.render("k", "http://{{ host }}:{{port}}/").unwrap(), "http://example.com:80/");
        assert_eq!(variables.render("k", "{{ hots }}").unwrap_err().to_string(), "k: there is no variable `hots`");
        assert_eq!(variables.render("k", "{{ host").unwrap_err().to_string(), "k: `{{` without `}}`");
    }
}
