//! The settings of OpenTelemetry that are honoured, as flags and environment variables.

use clap::Args;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use crate::Exporter;
use crate::sampler::Sampler;

/// Where spans go, and which.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Traces")]
pub struct Options {
    /// Base address of an OTLP collector, `http(s)://host[:port][/path]`: spans are sent to `/v1/traces` below it. Without it
    /// nothing is traced.
    #[arg(long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otel_exporter_otlp_endpoint: Option<String>,

    /// Headers for the collector, `name=value` with commas between them, values percent-encoded.
    #[arg(long, value_name = "HEADERS", env = "OTEL_EXPORTER_OTLP_HEADERS", hide_env_values = true)]
    pub otel_exporter_otlp_headers: Option<String>,

    /// How spans are sent: `http/json`. Others are refused.
    #[arg(long, value_name = "PROTOCOL", env = "OTEL_EXPORTER_OTLP_PROTOCOL")]
    pub otel_exporter_otlp_protocol: Option<String>,

    /// What the program is called in traces; as `roomtalk up`, its parts add their own names to it.
    #[arg(long, value_name = "NAME", env = "OTEL_SERVICE_NAME")]
    pub otel_service_name: Option<String>,

    /// Which traces are kept: `always_on`, `always_off` or `traceidratio`, each also after `parentbased_`. Without it
    /// `parentbased_always_on`.
    #[arg(long, value_name = "SAMPLER", env = "OTEL_TRACES_SAMPLER")]
    pub otel_traces_sampler: Option<String>,

    /// The share of traces that `traceidratio` keeps, 0 to 1.
    #[arg(long, value_name = "RATIO", env = "OTEL_TRACES_SAMPLER_ARG")]
    pub otel_traces_sampler_arg: Option<String>,
}

/// A setting that can't be used. The sentence starts with the variable's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {why}")]
pub struct InvalidSetting {
    /// The environment variable.
    pub variable: &'static str,
    /// What is wrong with it; never its value, where that is a secret.
    pub why: String,
}

/// The checked form of the texts.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where spans are posted to.
    pub(crate) target: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) sampler: Sampler,
    pub(crate) service: String,
}

impl Options {
    /// Checks the settings and starts what they ask for, in a task of the current tokio runtime. `service` is what the
    /// program is called when `OTEL_SERVICE_NAME` does not say.
    pub fn start(&self, service: &str) -> Result<Exporter, InvalidSetting> {
        Ok(self.check(service)?.map_or_else(Exporter::default, Exporter::start))
    }

    /// `None`: nothing is traced.
    fn check(&self, service: &str) -> Result<Option<Settings>, InvalidSetting> {
        // An empty variable is as good as none.
        let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let Some(endpoint) = set(&self.otel_exporter_otlp_endpoint) else { return Ok(None) };
        if set(&self.otel_exporter_otlp_protocol).is_some_and(|protocol| protocol != "http/json") {
            return Err(wrong("OTEL_EXPORTER_OTLP_PROTOCOL", "must be http/json"));
        }
        let sampler = set(&self.otel_traces_sampler);
        let sampler = sampler.as_deref().unwrap_or("parentbased_always_on");
        Ok(Some(Settings {
            target: target(&endpoint)?,
            headers: headers(&set(&self.otel_exporter_otlp_headers).unwrap_or_default())?,
            sampler: Sampler::parse(sampler, set(&self.otel_traces_sampler_arg).as_deref())
                .map_err(|(variable, why)| InvalidSetting { variable, why })?,
            service: set(&self.otel_service_name).unwrap_or_else(|| service.to_owned()),
        }))
    }
}

fn wrong(variable: &'static str, why: &str) -> InvalidSetting {
    InvalidSetting { variable, why: why.to_owned() }
}

fn target(endpoint: &str) -> Result<Uri, InvalidSetting> {
    let bad =
        || wrong("OTEL_EXPORTER_OTLP_ENDPOINT", "must be http(s)://host[:port][/path], without a name or password");
    let uri: Uri = endpoint.trim().parse().map_err(|_| bad())?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_host = uri.authority().is_some_and(|to| !to.host().is_empty() && !to.as_str().contains('@'));
    if !is_http || !has_host || uri.query().is_some() {
        return Err(bad());
    }
    format!("{}/v1/traces", endpoint.trim().trim_end_matches('/')).parse().map_err(|_| bad())
}

fn headers(list: &str) -> Result<HeaderMap, InvalidSetting> {
    let bad = || wrong("OTEL_EXPORTER_OTLP_HEADERS", "must be name=value, with commas between them");
    let mut headers = HeaderMap::new();
    for pair in list.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(bad)?;
        let name: HeaderName = name.trim().parse().map_err(|_| bad())?;
        let value = percent_decode_str(value.trim()).decode_utf8().map_err(|_| bad())?;
        let mut value = HeaderValue::from_str(&value).map_err(|_| bad())?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(endpoint: &str) -> Options {
        Options { otel_exporter_otlp_endpoint: Some(endpoint.to_owned()), ..Options::default() }
    }

    fn checked(options: &Options) -> Settings {
        options.check("roomtalk").unwrap().unwrap()
    }

    fn variable(options: &Options) -> &'static str {
        options.check("roomtalk").unwrap_err().variable
    }

    #[test]
    fn without_an_endpoint_nothing_is_traced_whatever_else_is_set() {
        let others = || Options { otel_traces_sampler: Some("always_on".to_owned()), ..Options::default() };
        assert!(others().check("x").unwrap().is_none());
        assert!(Options { otel_exporter_otlp_endpoint: Some(String::new()), ..others() }.check("x").unwrap().is_none());
    }

    #[test]
    fn spans_go_below_the_endpoint() {
        for (endpoint, target) in [
            ("http://localhost:4318", "http://localhost:4318/v1/traces"),
            ("https://otlp.example/base/", "https://otlp.example/base/v1/traces"),
        ] {
            assert_eq!(checked(&at(endpoint)).target, target);
        }
        for wrong in ["localhost:4318", "grpc://localhost:4317", "http://", "http://a:b@c", "http://h/?q", "/"] {
            assert_eq!(variable(&at(wrong)), "OTEL_EXPORTER_OTLP_ENDPOINT", "{wrong}");
        }
    }

    #[test]
    fn a_program_has_its_own_name_unless_it_is_given_one() {
        assert_eq!(checked(&at("http://h")).service, "roomtalk");
        let named = Options { otel_service_name: Some("chat".to_owned()), ..at("http://h") };
        assert_eq!(checked(&named).service, "chat");
    }

    #[test]
    fn headers_are_decoded_and_never_printed() {
        let with = |headers: &str| Options { otel_exporter_otlp_headers: Some(headers.to_owned()), ..at("http://h") };
        let settings = checked(&with("authorization=Basic%20c2VjcmV0, x-scope=a"));
        assert_eq!(
            (&settings.headers["authorization"], &settings.headers["x-scope"]),
            (&"Basic c2VjcmV0".parse().unwrap(), &"a".parse().unwrap())
        );
        assert!(!format!("{settings:?}").contains("c2VjcmV0"));
        for wrong in ["c2VjcmV0", "a b=c2VjcmV0", "a=%00c2VjcmV0", "a=%ffc2VjcmV0"] {
            let error = with(wrong).check("x").unwrap_err();
            assert_eq!(error.variable, "OTEL_EXPORTER_OTLP_HEADERS", "{wrong}");
            assert!(!error.to_string().contains("c2VjcmV0"));
        }
    }

    #[test]
    fn only_json_over_http_is_spoken() {
        let by = |protocol: &str| Options { otel_exporter_otlp_protocol: Some(protocol.to_owned()), ..at("http://h") };
        assert!(by("http/json").check("x").is_ok());
        assert_eq!(variable(&by("grpc")), "OTEL_EXPORTER_OTLP_PROTOCOL");
        assert_eq!(
            variable(&Options { otel_traces_sampler: Some("x".to_owned()), ..at("http://h") }),
            "OTEL_TRACES_SAMPLER"
        );
    }
}
