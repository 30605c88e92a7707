//! The rules, each by its name.
