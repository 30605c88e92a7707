//! What is affected and what is fixed, as CSAF's tree of products: vendor, product, versions.

use serde::Serialize;

use crate::kernel::{
    export::{
        Product, Record, Row,
        range::{End, Span},
        registry::quoted,
        unique,
    },
    text::version::patched_versions,
};

#[derive(Serialize)]
pub(super) struct ProductTree {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    branches: Vec<Branch>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    full_product_names: Vec<FullName>,
}

#[derive(Serialize)]
struct Branch {
    category: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    branches: Vec<Branch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<FullName>,
}

#[derive(Serialize)]
struct FullName {
    name: String,
    product_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_identification_helper: Option<Helper>,
}

#[derive(Serialize)]
struct Helper {
    purl: String,
}

/// The tree, and what its leaves are.
pub(super) struct Tree {
    pub(super) product_tree: ProductTree,
    /// The ids of what is affected: at least one.
    pub(super) affected: Vec<String>,
    /// The ids of what is fixed.
    pub(super) fixed: Vec<String>,
    /// For each of those affected, what mends it.
    pub(super) fixes: Vec<Fix>,
    named: usize,
}

/// What mends something that is affected.
pub(super) struct Fix {
    /// The id of what it mends.
    pub(super) affected: String,
    /// The package.
    pub(super) name: String,
    /// GitHub's text on its patched versions, where there is one.
    pub(super) patched: Option<String>,
}

impl Tree {
    pub(super) fn of(record: &Record) -> Self {
        let product_tree = ProductTree { branches: Vec::new(), full_product_names: Vec::new() };
        let (affected, fixed, fixes) = (Vec::new(), Vec::new(), Vec::new());
        let mut tree = Self { product_tree, affected, fixed, fixes, named: 0 };
        let products = record.products();
        let branches: Vec<Branch> = products.iter().filter_map(|product| tree.product(product)).collect();
        if !branches.is_empty() {
            let vendor = Branch::of("vendor", record.repository.owner(), branches);
            tree.product_tree.branches.push(vendor);
        }
        tree
    }

    /// A package's branch. What cannot be read stands beside the branches, whose ranges have to be in a
    /// notation that machines read: a product's full name is free text.
    fn product(&mut self, product: &Product<'_>) -> Option<Branch> {
        let mut leaves = Vec::new();
        for row in &product.rows {
            let full = self.affected(product, row);
            match leaf(product, row) {
                Some((category, name)) => leaves.push(Branch::leaf(category, name, full)),
                None => self.product_tree.full_product_names.push(full),
            }
        }
        let patched = product.rows.iter().filter_map(|row| row.patched).flat_map(patched_versions);
        for version in unique(patched.map(|(version, _)| version)) {
            let full = self.full_name(product, &version, Some(&version));
            self.fixed.push(full.product_id.clone());
            leaves.push(Branch::leaf("product_version", version, full));
        }
        (!leaves.is_empty()).then(|| Branch::of("product_name", product.name, leaves))
    }

    fn affected(&mut self, product: &Product<'_>, row: &Row<'_>) -> FullName {
        let (what, version) = match row.span {
            Span::Only(version) => (version, Some(version)),
            Span::Between(..) => (row.text, None),
            Span::Unread if row.text.is_empty() => ("in versions that are not given", None),
            Span::Unread => (row.text, None),
        };
        let full = self.full_name(product, what, version);
        let affected = full.product_id.clone();
        self.affected.push(affected.clone());
        let patched = row.patched.map(str::to_owned);
        self.fixes.push(Fix { affected, name: product.name.to_owned(), patched });
        full
    }

    fn full_name(&mut self, product: &Product<'_>, what: &str, version: Option<&str>) -> FullName {
        self.named += 1;
        FullName {
            name: format!("{} {what}", product.name),
            product_id: format!("CSAFPID-{:04}", self.named),
            product_identification_helper: product.purl(version).map(|purl| Helper { purl }),
        }
    }
}

impl Branch {
    fn of(category: &'static str, name: &str, branches: Vec<Self>) -> Self {
        Self { category, name: name.to_owned(), branches, product: None }
    }

    const fn leaf(category: &'static str, name: String, product: FullName) -> Self {
        Self { category, name, branches: Vec::new(), product: Some(product) }
    }
}

/// A row's category and name in the tree; none when it cannot be read.
fn leaf(product: &Product<'_>, row: &Row<'_>) -> Option<(&'static str, String)> {
    let (low, high) = match row.span {
        Span::Only(version) => return Some(("product_version", version.to_owned())),
        Span::Between(low, high) => (low, high),
        Span::Unread => return None,
    };
    let end = |open: &str, closed: &str, end: End<'_>| {
        format!("{}{}", if end.included { closed } else { open }, quoted(end.version))
    };
    let ends = low.map(|low| end(">", ">=", low)).into_iter().chain(high.map(|high| end("<", "<=", high)));
    let constraints = ends.collect::<Vec<_>>().join("|");
    // Without a versioning scheme that `vers` knows, its constraints stand alone (CSAF 2.0, 3.1.2.3.2).
    let vers = product.registry.and_then(|registry| registry.vers(&constraints));
    Some(("product_version_range", vers.unwrap_or(constraints)))
}
