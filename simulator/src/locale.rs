//! Locales of sessions.

/// The locale of a session that asks for none.
pub(crate) const DEFAULT: &str = "en_US";

/// The locales that a session can have, sorted.
pub(crate) const SUPPORTED: &[&str] = &[
    "de", "de_DE", "en", "en_US", "es", "es_ES", "fr", "fr_FR", "it", "it_IT", "ja", "ja_JP", "ko", "ko_KR", "pt_BR",
    "zh_CN", "zh_TW",
];

/// The locales that messages come in: all are English.
pub(crate) const MESSAGES: &[&str] = &["en", "en_US"];

/// The locale of the messages in a session with a locale.
pub(crate) fn of_messages(locale: &str) -> &'static str {
    MESSAGES.iter().find(|&&known| known == locale).unwrap_or(&DEFAULT)
}

/// The supported locale with a name.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    SUPPORTED.iter().find(|&&known| known == name).copied()
}
