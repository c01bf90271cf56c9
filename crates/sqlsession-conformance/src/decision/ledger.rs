use super::{CaseSort, Decision};
use crate::{Client, compare::Difference};

/// The decisions, and which of them were met.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
}

/// A decision and the cases that differed by it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The decision.
    pub decision: Decision,
    /// The cases, each with its backend if it has one, in the order they ran.
    pub cases: Vec<String>,
}

impl Ledger {
    /// The decisions of this library.
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    pub fn embedded() -> Result<Self, String> {
        Self::parse(include_str!("../../data/decisions.json"))
    }

    /// Reads a list of decisions.
    ///
    /// # Errors
    ///
    /// The text is no such list.
    pub fn parse(text: &str) -> Result<Self, String> {
        let decisions: Vec<Decision> =
            serde_json::from_str(text).map_err(|error| format!("decisions: {error}"))?;
        Ok(Self {
            entries: decisions.into_iter().map(|decision| Entry { decision, cases: Vec::new() }).collect(),
        })
    }

    /// Takes out the differences of one case that a decision speaks of, and gives those that none does.
    #[must_use]
    pub fn settle(&mut self, sort: CaseSort, differences: Vec<Difference>) -> Vec<Difference> {
        let mut rest_covered_by = None;
        differences
            .into_iter()
            .filter(|difference| !self.covers(sort, difference, &mut rest_covered_by))
            .collect()
    }

    fn covers(
        &mut self,
        sort: CaseSort,
        difference: &Difference,
        rest_covered_by: &mut Option<usize>,
    ) -> bool {
        let found = self.entries.iter().position(|entry| entry.decision.covers(sort, difference));
        let Some(entry) = found.or(*rest_covered_by).and_then(|index| self.entries.get_mut(index)) else {
            return false;
        };
        let case = match difference.backend.as_str() {
            "" => difference.case.clone(),
            backend => format!("{} [{backend}]", difference.case),
        };
        if entry.cases.last() != Some(&case) {
            entry.cases.push(case);
        }
        if entry.decision.covers_the_rest && rest_covered_by.is_none() {
            *rest_covered_by = found;
        }
        true
    }

    /// The decisions with the cases that differed by them.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The decisions that no case differed by, though all the backends, products and drivers they can speak of were there,
    /// and the face.
    pub fn stale<'a>(
        &'a self,
        backends: &'a [String],
        products: &'a [String],
        drivers: &'a [&str],
        client: Client,
    ) -> impl Iterator<Item = &'a Decision> {
        const ALL: [&str; 3] = ["sqlite", "mysql", "postgres"];
        let ran = |backend: &str| backends.iter().any(|name| name == backend);
        self.entries.iter().filter(|entry| entry.cases.is_empty()).map(|entry| &entry.decision).filter(
            move |decision| match (&decision.products, &decision.backends) {
                _ if decision.may_be_unseen => false,
                _ if decision.of != CaseSort::Scenario => true,
                _ if !all_ran(decision.clients.as_deref(), &[client.name()]) => false,
                _ if !all_ran(decision.drivers.as_deref(), drivers) => false,
                (Some(makers), _) => makers.iter().all(|maker| products.contains(maker)),
                (None, Some(backends)) => backends.iter().all(|backend| ran(backend)),
                (None, None) => ALL.iter().all(|backend| ran(backend)),
            },
        )
    }
}

/// Whether each of these drivers has run.
fn all_ran(wanted: Option<&[String]>, ran: &[&str]) -> bool {
    wanted.is_none_or(|wanted| wanted.iter().all(|driver| ran.contains(&driver.as_str())))
}

#[cfg(test)]
mod tests {
    use sqlsession_core::{Error, ErrorKind};

    use super::*;
    use crate::{compare::Aspect, outcome::Body, scenario::Step};

    const DECISIONS: &str = r#"[
        {"id": "extra", "reason": "a typing error", "of": "scenario", "ops": ["execute"],
         "actual_errors": ["BadParameter"], "covers_the_rest": true},
        {"id": "old", "reason": "was once so", "of": "scenario", "cases": ["gone*"], "backends": ["sqlite"]}]"#;

    fn difference(case: &str, n: u64, op: &str, body: Body) -> Difference {
        let step = format!(r#"{{"n": {n}, "actor": "s1", "op": "{op}", "sql": "SELECT 1"}}"#);
        Difference {
            case: case.to_owned(),
            backend: "sqlite".to_owned(),
            product: None,
            client: None,
            driver: None,
            step: Some(serde_json::from_str::<Step>(&step).unwrap()),
            aspect: Aspect::Kind,
            expected: Vec::new(),
            recorded: None,
            actual: String::new(),
            body: Some(body),
            rules: Vec::new(),
        }
    }

    fn refused() -> Body {
        Body::from(Error::new(ErrorKind::BadParameter, "unknown name"))
    }

    #[test]
    fn only_what_a_decision_speaks_of_is_settled() {
        let mut ledger = Ledger::parse(DECISIONS).unwrap();
        let open = vec![difference("a", 1, "scalar", refused()), difference("a", 2, "execute", Body::None)];
        assert_eq!(ledger.settle(CaseSort::Scenario, open).len(), 2);
        assert!(ledger.settle(CaseSort::Scenario, vec![difference("a", 3, "execute", refused())]).is_empty());
        assert_eq!(ledger.entries()[0].cases, ["a [sqlite]"]);
    }

    #[test]
    fn the_rest_is_covered_only_behind_the_first() {
        let mut ledger = Ledger::parse(DECISIONS).unwrap();
        let differences = vec![
            difference("a", 1, "commit", Body::None),
            difference("a", 2, "execute", refused()),
            difference("a", 3, "peek", Body::None),
        ];
        let open = ledger.settle(CaseSort::Scenario, differences);
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].step.as_ref().and_then(|step| step.n), Some(1));
        assert_eq!(ledger.settle(CaseSort::Scenario, vec![difference("b", 3, "peek", Body::None)]).len(), 1);
    }

    #[test]
    fn a_decision_nothing_differs_by_is_stale_where_it_could_have_been_met() {
        let mut ledger = Ledger::parse(DECISIONS).unwrap();
        let names = |ledger: &Ledger, ran: &[&str]| -> Vec<String> {
            let ran: Vec<String> = ran.iter().map(|name| (*name).to_owned()).collect();
            ledger.stale(&ran, &[], &[], Client::Async).map(|decision| decision.id.clone()).collect()
        };
        assert_eq!(names(&ledger, &["sqlite"]), ["old"]);
        assert_eq!(names(&ledger, &["sqlite", "mysql", "postgres"]), ["extra", "old"]);
        assert!(names(&ledger, &["mysql"]).is_empty());
        assert!(
            ledger.settle(CaseSort::Scenario, vec![difference("gone_1", 3, "peek", Body::None)]).is_empty()
        );
        assert!(names(&ledger, &["sqlite"]).is_empty());
    }

    #[test]
    fn a_decision_on_a_product_is_about_no_other() {
        let text = r#"[{"id": "x", "reason": "y", "of": "scenario", "products": ["MySQL"]}]"#;
        let mut ledger = Ledger::parse(text).unwrap();
        let on = |product: &str| Difference {
            product: Some(product.to_owned()),
            ..difference("a", 1, "execute", refused())
        };
        let [mysql, others] = ["MySQL", "MariaDB"].map(|product| [product.to_owned()]);
        let stale = |ledger: &Ledger, products: &[String]| {
            ledger.stale(&["mysql".to_owned()], products, &[], Client::Async).count()
        };
        assert_eq!([stale(&ledger, &mysql), stale(&ledger, &others)], [1, 0]);
        assert_eq!(ledger.settle(CaseSort::Scenario, vec![on("MariaDB")]).len(), 1);
        assert!(ledger.settle(CaseSort::Scenario, vec![on("MySQL")]).is_empty());
        assert_eq!(stale(&ledger, &mysql), 0);
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        assert!(Ledger::parse(r#"[{"id": "x", "reason": "y", "of": "url", "op": ["z"]}]"#).is_err());
    }
}
