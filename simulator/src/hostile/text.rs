//! The short form of a rule: `latency=50ms`, `badGateway:RetrievePropertiesEx:every=3`.

use std::str::FromStr;

use serde_json::{Map, Value as Json};

use super::mode::Mode;
use super::rule::{Rule, RuleError};

/// Members that count milliseconds.
const MILLISECONDS: [&str; 2] = ["milliseconds", "jitter"];

/// The name of the mode, perhaps with `=` and the value of its first member; then, each after a colon, the operation
/// and other members as `name=value`. Milliseconds may be told as `50ms` or `2s`. What begins with a brace is JSON.
impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        if text.trim_start().starts_with('{') {
            return serde_json::from_str(text).map_err(|error| RuleError(error.to_string()));
        }
        let mut parts = text.split(':');
        let (name, value) = split(parts.next().unwrap_or_default());
        let mut members = Map::from_iter([("mode".to_owned(), Json::from(name))]);
        if let Some(value) = value {
            let Some(member) = Mode::main_member(name) else {
                // If it is no mode at all, that is to be said.
                Rule::from_members(members)?;
                return Err(RuleError(format!("`{name}` takes no value")));
            };
            insert(&mut members, member, parse(member, value))?;
        }
        for part in parts {
            match split(part) {
                (name, Some(value)) => insert(&mut members, name, parse(name, value))?,
                ("once", None) => insert(&mut members, "once", true.into())?,
                (operation, None) => insert(&mut members, "operation", operation.into())?,
            }
        }
        Rule::from_members(members)
    }
}

fn split(part: &str) -> (&str, Option<&str>) {
    part.split_once('=').map_or((part, None), |(name, value)| (name, Some(value)))
}

fn insert(members: &mut Map<String, Json>, name: &str, value: Json) -> Result<(), RuleError> {
    match members.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(RuleError(format!("`{name}` is told twice"))),
    }
}

fn parse(name: &str, text: &str) -> Json {
    let counts_milliseconds = MILLISECONDS.contains(&name);
    let number = |digits: &str| digits.parse::<i64>().ok();
    let time = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(digits), _) if counts_milliseconds => number(digits),
        (None, Some(digits)) => {
            number(digits).and_then(|seconds| seconds.checked_mul(if counts_milliseconds { 1_000 } else { 1 }))
        }
        _ => None,
    };
    match time.or_else(|| number(text)) {
        Some(number) => number.into(),
        None => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => number.into(),
            _ => match text {
                "true" => true.into(),
                "false" => false.into(),
                _ => text.into(),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::Frequency;

    #[test]
    fn the_short_form_says_what_json_says() {
        for (text, json) in [
            ("latency=50ms", r#"{"mode":"latency","milliseconds":50}"#),
            ("latency=2s:jitter=100", r#"{"mode":"latency","milliseconds":2000,"jitter":100}"#),
            ("slowBody=3:milliseconds=5ms", r#"{"mode":"slowBody","bytes":3,"milliseconds":5}"#),
            ("serviceUnavailable=5s:asDate=true", r#"{"mode":"serviceUnavailable","retryAfter":5,"asDate":true}"#),
            ("clockSkew=-300", r#"{"mode":"clockSkew","seconds":-300}"#),
            ("unknownTypes=VirtualDisk:once", r#"{"mode":"unknownTypes","of":"VirtualDisk","once":true}"#),
            ("typeNameLast:*:probability=0.5", r#"{"mode":"typeNameLast","probability":0.5}"#),
            (
                "dropBeforeReply:ManagedEntity.Destroy_Task:first=2",
                r#"{"mode":"dropBeforeReply","operation":"ManagedEntity.Destroy_Task","first":2}"#,
            ),
            ("badGateway:hello", r#"{"mode":"badGateway","operation":"hello"}"#),
        ] {
            let rule: Rule = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(rule, json.parse().unwrap(), "{text}");
            let written = serde_json::to_string(&rule).unwrap();
            assert_eq!(rule, written.parse().unwrap(), "{written}");
        }
        let rule: Rule = "badGateway:once".parse().unwrap();
        assert_eq!((rule.operation(), rule.frequency()), ("*", Frequency::First(1)));
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        for (text, problem) in [
            ("", "unknown variant ``"),
            ("nonsense", "unknown variant `nonsense`, expected one of `latency`"),
            ("lateny=5", "unknown variant `lateny`"),
            ("latency", "missing field `milliseconds`"),
            ("latency=soon", "invalid type: string \"soon\", expected u64"),
            ("latency=0", "does nothing"),
            ("latency=-1", "expected u64"),
            ("latency=2h", "expected u64"),
            ("latency=9999999999999999999s", "expected u64"),
            ("latency=5000000s", "`milliseconds` is from 0 to 3600000"),
            ("badGateway=5", "`badGateway` takes no value"),
            ("badGateway:retryAfter=5", "unknown field `retryAfter`"),
            ("latency=5:size=5", "unknown field `size`"),
            ("badGateway:every=0", "`every` is at least 1"),
            ("badGateway:first=0", "`first` is at least 1"),
            ("badGateway:every=x", "`every`: invalid type"),
            ("badGateway:once=no", "`once` is true, or absent"),
            ("badGateway:probability=1.5", "`probability` is more than 0 and at most 1"),
            ("badGateway:probability=NaN", "`probability`: "),
            ("badGateway:every=1:first=1", "only one of every, first, probability, once can be told"),
            ("badGateway:every=1:every=1", "`every` is told twice"),
            ("badGateway:Login:Logout", "`operation` is told twice"),
            ("badGateway:NoSuchMethod", "there is no operation `NoSuchMethod`"),
            ("badGateway:Folder.Login", "there is no operation `Folder.Login`"),
            ("badGateway:NoSuchType.Login", "there is no operation `NoSuchType.Login`"),
            ("badGateway:", "there is no operation ``"),
            ("slowBody=0:milliseconds=1", "`bytes` is at least 1"),
            ("slowBody=1:milliseconds=0", "`milliseconds` is from 1"),
            ("redirect=\n", "`location` is no value of a header"),
            ("wrongContentType=application/json", "is the right content type"),
            ("ignorePageSize=0", "`objects` is from 1"),
            ("ignorePageSize=5:Login", "it never happens to `Login`"),
            ("invalidCollectorVersion:Login", "it never happens to `Login`"),
            ("unknownTypes=NoSuchType", "there is no type `NoSuchType`"),
            ("clockSkew=0", "off by nothing"),
            ("clockSkew=99999999999", "`seconds` is from"),
            ("{", "EOF"),
            ("{\"mode\":\"badGateway\",\"operation\":5}", "`operation` is a string"),
            ("{\"mode\":5}", "invalid type"),
            ("{}", "missing field `mode`"),
        ] {
            let error = text.parse::<Rule>().unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
