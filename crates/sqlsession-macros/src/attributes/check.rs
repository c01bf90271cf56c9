use proc_macro2::Span;

use super::FieldAttributes;

impl FieldAttributes {
    /// Refuses what has no meaning beside something else, or without it.
    pub(super) fn check(&self) -> syn::Result<()> {
        if let Some((span, beside)) = self.meaningless() {
            return Err(syn::Error::new(span, format!("this has no meaning beside `{beside}`")));
        }
        if let Some((span, without)) = self.lonely() {
            return Err(syn::Error::new(span, format!("this has no meaning without `{without}`")));
        }
        if let (Some((precision, _)), Some((scale, span))) = (&self.precision, &self.scale)
            && scale > precision
        {
            return Err(syn::Error::new(
                *span,
                "the scale is a part of the precision, and no more than that",
            ));
        }
        Ok(())
    }

    fn meaningless(&self) -> Option<(Span, &'static str)> {
        let column_type = span(&self.column_type);
        if self.skip.is_some() {
            return first([span(&self.rename), self.flatten, self.conversion(), self.of_column()], "skip");
        }
        if self.flatten.is_some() {
            return first([span(&self.rename), self.conversion(), self.of_column()], "flatten");
        }
        if self.json.is_some() {
            return first(
                [span(&self.try_from), self.key, span(&self.length), span(&self.precision)],
                "json",
            );
        }
        if column_type.is_some() {
            return first([span(&self.length), span(&self.precision)], "column_type");
        }
        if self.length.is_some() {
            return first([span(&self.precision)], "length");
        }
        None
    }

    fn lonely(&self) -> Option<(Span, &'static str)> {
        let missing = [
            (span(&self.prefix), self.flatten, "flatten"),
            (span(&self.scale), span(&self.precision), "precision"),
            (span(&self.on_delete), span(&self.references), "references"),
        ];
        missing.into_iter().find_map(|(said, wanted, name)| Some((said.filter(|_| wanted.is_none())?, name)))
    }

    fn conversion(&self) -> Option<Span> {
        self.default.or(span(&self.try_from)).or(self.json)
    }

    /// What says something of one column.
    fn of_column(&self) -> Option<Span> {
        let first = self.key.or(self.generated).or(self.unique);
        first
            .or(span(&self.column_type))
            .or(span(&self.length))
            .or(span(&self.precision))
            .or(span(&self.sql_default))
            .or(span(&self.references))
    }
}

fn span<T>(attribute: &Option<(T, Span)>) -> Option<Span> {
    attribute.as_ref().map(|(_, span)| *span)
}

fn first<const N: usize>(said: [Option<Span>; N], beside: &'static str) -> Option<(Span, &'static str)> {
    said.into_iter().flatten().next().map(|span| (span, beside))
}
