//! The same values in another order, or more or fewer of them.

use crate::tree::Node;

/// Where `_typeName` stands in every object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Before all other members, as most servers write it.
    First,
    /// After all other members.
    Last,
    /// Anywhere: all members stand in a pseudo-random order, which is the same in every run.
    Shuffled,
}

/// The same body with the members of all objects in an order. Members that the order says nothing of stay as they are.
///
/// # Panics
///
/// The body is not JSON.
pub fn reorder(body: &[u8], order: Order) -> Vec<u8> {
    let mut node = parse(body);
    reorder_node(&mut node, order, &mut Random(0x5eed));
    write(&node)
}

fn reorder_node(node: &mut Node, order: Order, random: &mut Random) {
    match node {
        Node::Scalar(_) => {}
        Node::Array(items) => items.iter_mut().for_each(|item| reorder_node(item, order, random)),
        Node::Object(members) => {
            match order {
                // The sort is stable.
                Order::First => members.sort_by_key(|(name, _)| name != "_typeName"),
                Order::Last => members.sort_by_key(|(name, _)| name == "_typeName"),
                Order::Shuffled => random.shuffle(members),
            }
            members.iter_mut().for_each(|(_, value)| reorder_node(value, order, random));
        }
    }
}

/// The same `RetrieveResult` with its `objects` repeated, or only the first of them, so that it has about that many bytes:
/// as near as whole objects allow, and at least one.
///
/// # Panics
///
/// The body is not a `RetrieveResult` with objects.
pub fn sized(body: &[u8], bytes: usize) -> Vec<u8> {
    let Node::Object(mut members) = parse(body) else { panic!("a RetrieveResult is an object") };
    let position = members.iter().position(|(name, _)| name == "objects").expect("a RetrieveResult has objects");
    let Node::Array(objects) = std::mem::replace(&mut members[position].1, Node::Array(Vec::new())) else {
        panic!("the objects of a RetrieveResult are an array")
    };
    let objects: Vec<Vec<u8>> = objects.iter().map(write).collect();
    // The texts before and after the objects: the array that took their place is empty.
    let around = write(&Node::Object(members));
    let marker = b"\"objects\":[";
    let start =
        around.windows(marker.len()).position(|text| text == marker).expect("it was written above") + marker.len();
    let (before, after) = around.split_at(start);
    let mut sized = before.to_vec();
    for (number, object) in objects.iter().cycle().enumerate() {
        // Another one would lead further away than it brings near.
        if number > 0 && sized.len() + after.len() + object.len() / 2 > bytes {
            break;
        }
        if number > 0 {
            sized.push(b',');
        }
        sized.extend_from_slice(object);
    }
    sized.extend_from_slice(after);
    sized
}

fn parse(body: &[u8]) -> Node {
    serde_json::from_slice(body).unwrap_or_else(|error| panic!("the body is not JSON: {error}"))
}

fn write(node: &Node) -> Vec<u8> {
    serde_json::to_vec(node).expect("all names of members are strings")
}

/// A pseudo-random sequence (xorshift).
struct Random(u64);

impl Random {
    /// A number below a limit.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Order, parse, reorder, sized};
    use crate::tree::Node;
    use crate::{big, virtual_machines};

    /// Where `_typeName` stands in an object, and how many members the object has.
    fn positions(node: &Node, found: &mut Vec<(usize, usize)>) {
        match node {
            Node::Scalar(_) => {}
            Node::Array(items) => items.iter().for_each(|item| positions(item, found)),
            Node::Object(members) => {
                found.extend(members.iter().position(|(name, _)| name == "_typeName").map(|at| (at, members.len())));
                members.iter().for_each(|(_, value)| positions(value, found));
            }
        }
    }

    fn type_names(body: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        positions(&parse(body), &mut found);
        found
    }

    #[test]
    fn another_order_keeps_all_values() {
        let body = virtual_machines(20);
        let value: Value = serde_json::from_slice(&body).unwrap();
        for order in [Order::First, Order::Last, Order::Shuffled] {
            let reordered = reorder(&body, order);
            assert!(serde_json::from_slice::<Value>(&reordered).unwrap() == value, "{order:?} changes a value");
            assert_eq!(reordered, reorder(&body, order), "{order:?} differs from run to run");
        }
    }

    #[test]
    fn the_type_stands_where_the_order_says() {
        let body = virtual_machines(20);
        assert!(type_names(&reorder(&body, Order::First)).iter().all(|(at, _)| *at == 0));
        assert!(type_names(&reorder(&body, Order::Last)).iter().all(|(at, members)| at + 1 == *members));
        let shuffled = type_names(&reorder(&body, Order::Shuffled));
        let moved = shuffled.iter().filter(|(at, _)| *at > 0).count();
        assert!(moved * 2 > shuffled.len(), "`_typeName` is first in {} of {}", shuffled.len() - moved, shuffled.len());
    }

    #[test]
    fn order_first_leaves_the_fixture_as_it_is() {
        assert!(reorder(&big(), Order::First) == big());
    }

    #[test]
    fn a_size_is_kept_within_five_percent() {
        let body = virtual_machines(40);
        for order in [Order::First, Order::Last] {
            let body = reorder(&body, order);
            for bytes in [body.len() * 2 / 3, body.len(), 999_999] {
                let made = sized(&body, bytes);
                assert!(made.len().abs_diff(bytes) * 20 <= bytes, "{} instead of {bytes}", made.len());
                let value: Value = serde_json::from_slice(&made).unwrap();
                assert_eq!(value["_typeName"], "RetrieveResult");
                assert!(value["objects"].as_array().is_some_and(|objects| !objects.is_empty()));
            }
        }
    }

    #[test]
    fn one_object_is_the_least() {
        let value: Value = serde_json::from_slice(&sized(&virtual_machines(2), 10)).unwrap();
        assert_eq!(value["objects"].as_array().map(Vec::len), Some(1));
    }
}
