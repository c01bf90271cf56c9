use std::{
    borrow::Cow,
    ptr,
    sync::{Arc, Mutex, PoisonError},
};

use hashlink::LruCache;

use super::{
    CompiledText, DialectStatement, Lexicon, ParameterSet, Parsed, SqlBuffer, Statement, compiled::Rendered,
    statement_type::Source, template::Template,
};
use crate::{
    Error, ErrorKind, Result, Value,
    driver::{ManyRequest, Request},
};

/// How many texts a connection remembers by itself at most.
const LOCAL_CAPACITY: usize = 64;
/// How many places it has for those that it finds without hashing: a power of two.
const PLACES: usize = 16;

/// The texts an engine has seen, parsed and rendered for its driver.
///
/// Connections ask it through a [`TextCache`] of their own. What such a cache answers by itself does not count as a
/// use here.
#[derive(Debug)]
pub struct SharedTexts {
    lexicon: Lexicon,
    capacity: usize,
    texts: Mutex<Shelf>,
}

impl SharedTexts {
    /// How many texts are kept by default, as many as SQLAlchemy's `query_cache_size`.
    pub const DEFAULT_CAPACITY: usize = 500;

    /// Keeps this many texts, the last used ones; with 0 none is kept anywhere.
    #[must_use]
    pub fn new(lexicon: Lexicon, capacity: usize) -> Arc<Self> {
        Arc::new(Self { lexicon, capacity, texts: Mutex::new(Shelf::new(capacity)) })
    }

    /// A cache for one connection in front of this one.
    #[must_use]
    pub fn local(self: &Arc<Self>) -> TextCache {
        TextCache {
            shared: Arc::clone(self),
            texts: Shelf::new(self.capacity.min(LOCAL_CAPACITY)),
            recent: Recent::default(),
        }
    }

    /// How many texts are kept now.
    #[must_use]
    pub fn len(&self) -> usize {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.templates.len() + texts.raw.len() + texts.written.len()
    }

    /// Whether no text is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What one connection remembers of the texts it ran, without a lock; the engine's [`SharedTexts`] stand behind it.
#[derive(Debug)]
pub struct TextCache {
    shared: Arc<SharedTexts>,
    texts: Shelf,
    recent: Recent,
}

/// The templates used last, by where the caller keeps the text.
///
/// Most programs pass the same constants again and again, which need not even be compared. Of any other text the address
/// only says where to look. There is room for two in each place, so that two of one loop are not in each other's way.
#[derive(Debug, Default)]
struct Recent([[Option<Met>; 2]; PLACES]);

/// A template, and the constant that it was last asked for by.
#[derive(Debug)]
struct Met {
    constant: Option<&'static str>,
    template: Arc<Template>,
}

#[expect(clippy::ptr_arg, reason = "what is borrowed is a constant")]
impl Met {
    fn is(&self, sql: &Cow<'static, str>) -> bool {
        match (self.constant, sql) {
            // What is in one place for ever is the same for ever.
            (Some(constant), Cow::Borrowed(sql)) if ptr::eq(constant, *sql) => true,
            _ => self.template.sql() == *sql,
        }
    }
}

#[expect(clippy::ptr_arg, reason = "what is borrowed is a constant")]
impl Recent {
    fn get(&self, sql: &Cow<'static, str>) -> Option<&Template> {
        let [first, second] = &self.0[Self::place(sql)];
        let met = [first, second].into_iter().flatten().find(|met| met.is(sql))?;
        Some(&met.template)
    }

    fn put(&mut self, sql: &Cow<'static, str>, template: &Arc<Template>) {
        let constant = match sql {
            Cow::Borrowed(sql) => Some(*sql),
            Cow::Owned(_) => None,
        };
        let [first, second] = &mut self.0[Self::place(sql)];
        *second = first.replace(Met { constant, template: Arc::clone(template) });
    }

    fn place(sql: &str) -> usize {
        let address = sql.as_ptr().addr();
        (address ^ address >> 4 ^ address >> 8) % PLACES
    }
}

#[derive(Debug)]
struct Shelf {
    templates: LruCache<Arc<str>, Arc<Template>>,
    raw: LruCache<Arc<str>, Arc<CompiledText>>,
    /// Texts that were written when they ran. In one text two writers may have placed their values differently.
    written: LruCache<Arc<str>, Arc<CompiledText>>,
}

impl Shelf {
    fn new(capacity: usize) -> Self {
        let texts = || LruCache::new(capacity);
        Self { templates: LruCache::new(capacity), raw: texts(), written: texts() }
    }
}

impl TextCache {
    /// Writes a statement for the driver: the text in its style and the values in the order of the placeholders.
    ///
    /// # Errors
    ///
    /// [`BadParameter`](ErrorKind::BadParameter) when a name has no value, a value has no name, the text holds the
    /// driver's own placeholders, or a list behind IN is uneven.
    pub fn compile(&mut self, statement: Statement) -> Result<Request> {
        let options = statement.options();
        let (text, values) = match statement.source {
            Source::Text(text) => match self.recent.get(&text) {
                // The usual way: no lock, and no count of references but the text's.
                Some(template) => template.bind(statement.parameters)?,
                None => self.template(&text)?.bind(statement.parameters)?,
            },
            Source::Raw(text) => {
                refuse_parameters(&statement.parameters, &text)?;
                (self.raw(&text), Vec::new())
            }
            Source::Dialect(source) => {
                let (text, values) = self.write(&*source)?;
                refuse_parameters(&statement.parameters, text.sql())?;
                (text, values)
            }
        };
        Ok(Request { options, sink: statement.sink, ..Request::new(text, values) })
    }

    /// Writes a statement that is run once for each set of values.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile), with the index of the set; also when the statement has values of its own, or a
    /// list behind IN has another length than in the first set.
    pub fn compile_many(&mut self, statement: Statement, sets: Vec<ParameterSet>) -> Result<ManyRequest> {
        let options = statement.options();
        let Statement { source, parameters, .. } = statement;
        let refused = |sql: &str| {
            let message = "a statement that is run for several sets takes its values from the sets only";
            Err(Error::new(ErrorKind::BadParameter, message).with_statement(sql.into()))
        };
        let (text, sets) = match source {
            Source::Text(text) if !parameters.is_empty() => return refused(&text),
            Source::Raw(text) if !parameters.is_empty() => return refused(&text),
            Source::Text(text) => self.template(&text)?.bind_many(sets)?,
            Source::Raw(text) => {
                for set in &sets {
                    refuse_parameters(set, &text)?;
                }
                (self.raw(&text), sets.into_iter().map(|_| Vec::new()).collect())
            }
            Source::Dialect(statement) => {
                let (text, _) = self.write(&*statement)?;
                return refused(text.sql());
            }
        };
        let mut request = ManyRequest::new(text, sets);
        request.options = options;
        Ok(request)
    }

    #[expect(clippy::ptr_arg, reason = "what is borrowed is a constant")]
    fn template(&mut self, sql: &Cow<'static, str>) -> Result<Arc<Template>> {
        if let Some(found) = self.texts.templates.get(&**sql) {
            self.recent.put(sql, found);
            return Ok(Arc::clone(found));
        }
        let template = self.shared.template(sql)?;
        if self.shared.capacity > 0 {
            self.recent.put(sql, &template);
            self.texts.templates.insert((&**sql).into(), Arc::clone(&template));
        }
        Ok(template)
    }

    /// Writes a statement that is written when it runs. One text is compiled once, whoever writes it.
    fn write(&mut self, statement: &dyn DialectStatement) -> Result<(Arc<CompiledText>, Vec<Value>)> {
        let mut buffer = SqlBuffer::new(self.shared.lexicon.style());
        statement.write(&mut buffer)?;
        let SqlBuffer { sql, placeholders, values, .. } = buffer;
        if let Some(found) = self.texts.written.get(&*sql)
            && found.placeholders() == placeholders
        {
            return Ok((Arc::clone(found), values));
        }
        let text = self.shared.written(&sql, placeholders);
        if self.shared.capacity > 0 {
            self.texts.written.insert(Arc::clone(text.sql()), Arc::clone(&text));
        }
        Ok((text, values))
    }

    fn raw(&mut self, sql: &str) -> Arc<CompiledText> {
        if let Some(found) = self.texts.raw.get(sql) {
            return Arc::clone(found);
        }
        let text = self.shared.raw(sql);
        if self.shared.capacity > 0 {
            self.texts.raw.insert(Arc::clone(text.sql()), Arc::clone(&text));
        }
        text
    }
}

impl SharedTexts {
    fn template(&self, sql: &str) -> Result<Arc<Template>> {
        if self.capacity == 0 {
            return Template::new(sql, self.lexicon).map(Arc::new);
        }
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = texts.templates.get(sql) {
            return Ok(Arc::clone(found));
        }
        drop(texts);
        let template = Arc::new(Template::new(sql, self.lexicon)?);
        texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        // Another connection may have been quicker; what it learns of the text must not get lost.
        if let Some(found) = texts.templates.get(sql) {
            return Ok(Arc::clone(found));
        }
        texts.templates.insert(sql.into(), Arc::clone(&template));
        Ok(template)
    }

    fn written(&self, sql: &str, placeholders: Vec<usize>) -> Arc<CompiledText> {
        let compile = |placeholders| {
            let outline = Parsed::parse(sql, self.lexicon).outline;
            Arc::new(CompiledText::new(Rendered { sql: sql.into(), placeholders }, outline))
        };
        if self.capacity == 0 {
            return compile(placeholders);
        }
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = texts.written.get(sql)
            && found.placeholders() == placeholders
        {
            return Arc::clone(found);
        }
        let text = compile(placeholders);
        texts.written.insert(Arc::clone(text.sql()), Arc::clone(&text));
        text
    }

    fn raw(&self, sql: &str) -> Arc<CompiledText> {
        let parse =
            || Arc::new(CompiledText::new(Rendered::of(sql), Parsed::parse(sql, self.lexicon).outline));
        if self.capacity == 0 {
            return parse();
        }
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = texts.raw.get(sql) {
            return Arc::clone(found);
        }
        let text = parse();
        texts.raw.insert(Arc::clone(text.sql()), Arc::clone(&text));
        text
    }
}

fn refuse_parameters(parameters: &ParameterSet, sql: &str) -> Result<()> {
    match parameters.names().next() {
        None => Ok(()),
        Some(name) => {
            let message = format!("this statement takes no values by name, and was given one for `{name}`");
            Err(Error::new(ErrorKind::BadParameter, message).with_statement(sql.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PlaceholderStyle;

    #[test]
    fn two_texts_of_one_place_are_both_found() {
        const TEXTS: &str = "select 1, 2, 3";
        let [first, second, third] =
            ["select 1", "select 1, 2", TEXTS].map(|sql| Cow::from(&TEXTS[..sql.len()]));
        let template =
            |sql: &str| Arc::new(Template::new(sql, Lexicon::new(PlaceholderStyle::Dollar)).unwrap());
        let mut recent = Recent::default();
        recent.put(&first, &template(&first));
        recent.put(&second, &template(&second));
        for sql in [&first, &second] {
            assert_eq!(recent.get(sql).unwrap().sql(), *sql);
        }
        assert!(recent.get(&third).is_none());
        // Its address says nothing of a text that is not there for ever.
        let owned = Cow::Owned(first.clone().into_owned());
        recent.put(&owned, &template(&third));
        assert!(recent.get(&owned).is_none());
    }
}
