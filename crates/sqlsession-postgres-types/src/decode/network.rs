use std::{fmt::Write, net::Ipv4Addr};

use super::input::Input;

const IPV4: u8 = 2;
const IPV6: u8 = 3;

/// An `inet` or `cidr`. The length of the network is left out of an `inet` of one address.
pub(super) fn address(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let [family, bits, is_cidr, length] = input.array()?;
    let whole = match (family, length) {
        (IPV4, 4) => {
            write!(out, "{}", Ipv4Addr::from(input.array::<4>()?)).ok()?;
            32
        }
        (IPV6, 16) => {
            ipv6(input, out)?;
            128
        }
        _ => return None,
    };
    if bits > whole {
        return None;
    }
    if is_cidr != 0 || bits != whole { write!(out, "/{bits}").ok() } else { Some(()) }
}

/// As the C library of BIND writes it, which differs from Rust's in what it takes for an IPv4 address.
fn ipv6(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let mut groups = [0; 8];
    for group in &mut groups {
        *group = input.u16()?;
    }
    let (start, length) = longest_zeros(groups);
    let is_embedded = start == 0 && (length == 6 || (length == 5 && groups[5] == 0xffff));
    let plain = if is_embedded { 6 } else { 8 };
    let skipped = start..start + length;
    let mut index = 0;
    while index < plain {
        if !skipped.is_empty() && index == skipped.start {
            out.push_str("::");
            index = skipped.end;
            continue;
        }
        if index > 0 && !out.ends_with(':') {
            out.push(':');
        }
        write!(out, "{:x}", groups[index]).ok()?;
        index += 1;
    }
    if is_embedded {
        let [high, low] = [groups[6].to_be_bytes(), groups[7].to_be_bytes()];
        let separator = if out.ends_with(':') { "" } else { ":" };
        write!(out, "{separator}{}", Ipv4Addr::new(high[0], high[1], low[0], low[1])).ok()?;
    }
    Some(())
}

/// The first of the longest runs of two or more zeros: where it begins and how long it is.
fn longest_zeros(groups: [u16; 8]) -> (usize, usize) {
    let mut longest = (0, 0);
    let mut run = 0;
    for (index, group) in groups.iter().enumerate() {
        run = if *group == 0 { run + 1 } else { 0 };
        if run > longest.1 {
            longest = (index + 1 - run, run);
        }
    }
    if longest.1 >= 2 { longest } else { (0, 0) }
}

/// A `macaddr` of 6 bytes or a `macaddr8` of 8.
pub(super) fn hardware_address(input: &mut Input<'_>, length: usize, out: &mut String) -> Option<()> {
    if !matches!(length, 6 | 8) {
        return None;
    }
    for (index, byte) in input.take(length)?.iter().enumerate() {
        let separator = if index > 0 { ":" } else { "" };
        write!(out, "{separator}{byte:02x}").ok()?;
    }
    Some(())
}
