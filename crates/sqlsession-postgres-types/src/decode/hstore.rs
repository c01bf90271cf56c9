use super::input::Input;

/// `"a"=>"1", "b"=>NULL`
pub(super) fn hstore(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let count = input.count()?;
    for index in 0..count {
        if index > 0 {
            out.push_str(", ");
        }
        quoted(input.value()??, out)?;
        out.push_str("=>");
        match input.value()? {
            Some(value) => quoted(value, out)?,
            None => out.push_str("NULL"),
        }
    }
    Some(())
}

fn quoted(text: &[u8], out: &mut String) -> Option<()> {
    out.push('"');
    for letter in str::from_utf8(text).ok()?.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
    Some(())
}
