//! The settings of the server.

use vim25_api::types::{
    BoolOption, ChoiceOption, ElementDescription, IntOption, OptionDef, OptionType, OptionValue, StringOption,
};
use vim25_runtime::{Any, Element};

use crate::objects::singleton;
use crate::store::Store;

/// What a setting can be, and what it is at the start.
#[derive(Clone, Copy)]
enum Kind {
    Bool(bool),
    /// Least, greatest, first value.
    Int(i32, i32, i32),
    Text(&'static str),
    /// The values, the first of which it is at the start.
    Choice(&'static [&'static str]),
}

use Kind::{Bool, Choice, Int, Text};

const LEVELS: Kind = Choice(&["info", "none", "error", "warning", "verbose", "trivia"]);

/// Key, label, what it can be; sorted by key.
const SETTINGS: &[(&str, &str, Kind)] = &[
    ("VirtualCenter.AutoManagedIPV4", "Automatic IPv4 address", Bool(false)),
    ("VirtualCenter.AutoManagedIPV6", "Automatic IPv6 address", Bool(false)),
    ("VirtualCenter.FQDN", "Fully qualified domain name", Text("vcenter.vsphere.local")),
    ("VirtualCenter.InstanceName", "Name of the server", Text("vcenter.vsphere.local")),
    ("VirtualCenter.LDAPAdminPrincipal", "Administrator of the directory", Text("")),
    ("VirtualCenter.MaxDBConnection", "Connections to the database", Int(1, 1_000, 50)),
    ("VirtualCenter.PortNumber", "HTTPS port", Int(1, 65_535, 443)),
    ("VirtualCenter.VimApiUrl", "URL of the API", Text("https://vcenter.vsphere.local:443/sdk")),
    ("VirtualCenter.VimPasswordExpirationInDays", "Days until a host password expires", Int(0, 3_650, 30)),
    ("alarms.upgraded", "Alarms are up to date", Bool(true)),
    ("alarms.version", "Version of the alarms", Int(0, i32::MAX, 60)),
    ("client.timeout.long", "Long timeout of clients, in seconds", Int(1, i32::MAX, 120)),
    ("client.timeout.normal", "Timeout of clients, in seconds", Int(1, i32::MAX, 30)),
    ("config.level", "Configuration level", Text("")),
    ("config.log.compressOnRoll", "Old logs are compressed", Bool(true)),
    ("config.log.level", "Level of the log", LEVELS),
    ("config.log.maxFileNum", "Number of log files", Int(1, 1_000, 30)),
    ("config.log.maxFileSize", "Size of a log file, in bytes", Int(1, i32::MAX, 52_428_800)),
    ("config.vpxd.das.completemetadataupdateinterval", "Interval of HA metadata, in seconds", Int(1, i32::MAX, 600)),
    ("config.vpxd.enableDebugBrowse", "The managed object browser is on", Bool(false)),
    ("config.vpxd.event.syslog.enabled", "Events go to syslog", Bool(true)),
    ("config.vpxd.filter.hostRescanFilter", "Hosts look for new storage by themselves", Bool(true)),
    ("config.vpxd.filter.rdmFilter", "Raw disks in use are hidden", Bool(true)),
    ("config.vpxd.filter.sameHostsAndTransportsFilter", "Incompatible extents are hidden", Bool(true)),
    ("config.vpxd.filter.vmfsFilter", "Volumes in use are hidden", Bool(true)),
    ("config.vpxd.heartbeat.notRespondingTimeout", "Seconds until a host counts as lost", Int(1, i32::MAX, 60)),
    ("config.vpxd.hostPasswordLength", "Length of host passwords", Int(6, 64, 32)),
    ("config.vpxd.motd", "Message of the day", Text("")),
    ("config.vpxd.network.rollback", "Network changes that cut a host off are undone", Bool(true)),
    ("config.vpxd.odbc.dsn", "Data source", Text("VMware VirtualCenter")),
    ("config.vpxd.stats.maxQueryMetrics", "Metrics in a query", Int(-1, i32::MAX, 256)),
    ("config.vpxd.tasks.maxConcurrentOps", "Operations at once", Int(1, i32::MAX, 640)),
    ("config.vpxd.vm.mac.prefix", "Prefix of MAC addresses", Text("00:50:56")),
    ("event.batchsize", "Events cleaned up at once", Int(1, i32::MAX, 1_000)),
    ("event.maxAge", "Days that events are kept", Int(1, 3_650, 30)),
    ("event.maxAgeEnabled", "Old events are cleaned up", Bool(true)),
    ("instance.id", "Number of the server", Int(0, 63, 1)),
    ("log.level", "Level of logging", LEVELS),
    ("mail.sender", "Sender of mail", Text("")),
    ("mail.smtp.password", "Password of the mail server", Text("")),
    ("mail.smtp.port", "Port of the mail server", Int(1, 65_535, 25)),
    ("mail.smtp.server", "Mail server", Text("")),
    ("mail.smtp.username", "User of the mail server", Text("")),
    ("snmp.receiver.1.community", "Community of SNMP receiver 1", Text("public")),
    ("snmp.receiver.1.enabled", "SNMP receiver 1 is on", Bool(true)),
    ("snmp.receiver.1.name", "SNMP receiver 1", Text("localhost")),
    ("snmp.receiver.1.port", "Port of SNMP receiver 1", Int(1, 65_535, 162)),
    ("task.batchsize", "Tasks cleaned up at once", Int(1, i32::MAX, 1_000)),
    ("task.maxAge", "Days that tasks are kept", Int(1, 3_650, 30)),
    ("task.maxAgeEnabled", "Old tasks are cleaned up", Bool(true)),
    ("vpxd.locale", "Language of the server", Text("en")),
];

/// Adds the settings of the server and their definitions.
pub(in crate::objects) fn add_settings(store: &mut Store) {
    let manager = singleton("OptionManager");
    let values = SETTINGS.iter().map(|&(key, _, kind)| OptionValue::new().with_key(key).with_value(first(kind)));
    store.set(&manager, "setting", OptionValue::into_list(values.collect()));
    let definitions = SETTINGS.iter().map(|&(key, label, kind)| {
        let mut definition = OptionDef::new();
        definition.set_option_type(option_type(kind));
        definition.set_key(key).set_label(label).set_summary(label);
        definition
    });
    store.set(&manager, "supportedOption", OptionDef::into_list(definitions.collect()));
}

fn first(kind: Kind) -> Any {
    match kind {
        Bool(value) => value.into(),
        Int(_, _, value) => value.into(),
        Text(value) => value.into(),
        Choice(values) => values[0].into(),
    }
}

fn option_type(kind: Kind) -> OptionType {
    match kind {
        Bool(value) => {
            let mut of = BoolOption::new();
            of.set_supported(true).set_default_value(value);
            of.into()
        }
        Int(min, max, value) => {
            let mut of = IntOption::new();
            of.set_min(min).set_max(max).set_default_value(value);
            of.into()
        }
        Text(value) => {
            let mut of = StringOption::new();
            of.set_default_value(value);
            of.into()
        }
        Choice(values) => {
            let mut of = ChoiceOption::new();
            of.set_default_index(0).set_choice_info(values.iter().map(|&value| {
                let mut choice = ElementDescription::new();
                choice.set_key(value).set_label(value).set_summary(value);
                choice
            }));
            of.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::option_manager::check;

    #[test]
    fn every_setting_has_a_value_that_its_definition_allows() {
        assert!(SETTINGS.is_sorted_by_key(|(key, _, _)| key));
        for &(key, _, kind) in SETTINGS {
            assert_eq!(check(&option_type(kind), &first(kind)), Ok(()), "{key}");
        }
    }
}
