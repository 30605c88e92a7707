//! Defects that can be planted to see whether the tests find them.
//!
//! Only builds with the feature `planted` have any, and only the tests' builds have it. In every other
//! build [`is_on`] is `false` when it is compiled, and what it would have switched is not there.

/// A promise that can be broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// A public notice names an incident: the type that has no field for it is got round.
    NoticeNamesIncident,
    /// The guard lets every public text pass.
    NoGuard,
    /// A team channel counts as private because the configuration says it is the team's.
    PrivacyAsConfigured,
}

/// Whether `defect` is planted in this thread.
#[cfg(not(feature = "planted"))]
#[must_use]
pub const fn is_on(_defect: Defect) -> bool {
    false
}

#[cfg(feature = "planted")]
pub use switch::{is_on, with};

#[cfg(feature = "planted")]
mod switch {
    use std::cell::Cell;

    use super::Defect;

    thread_local! {
        static PLANTED: Cell<Option<Defect>> = const { Cell::new(None) };
    }

    /// Whether `defect` is planted in this thread.
    #[must_use]
    pub fn is_on(defect: Defect) -> bool {
        PLANTED.get() == Some(defect)
    }

    /// Does `work` with `defect` planted in this thread.
    pub fn with<T>(defect: Defect, work: impl FnOnce() -> T) -> T {
        /// Takes it out again, also when `work` panics.
        struct Out;

        impl Drop for Out {
            fn drop(&mut self) {
                PLANTED.set(None);
            }
        }

        PLANTED.set(Some(defect));
        let _out = Out;
        work()
    }
}
