//! Deliberate faults in the judgement, for the tests alone: each can be switched on to see that the test-suite notices.
//!
//! Without the feature `faults`, which only the package's own tests turn on, there is nothing to switch: no fault is on, and that
//! is known when the program is compiled.

/// A fault: what is judged wrongly while it is on. The numbers are those of the rulings that it breaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// Rows that share a key are not linked (11).
    KeysDoNotLink,
    /// A whole identifying combination does not link (11).
    CombinationsDoNotLink,
    /// Who has a whole combination is identified by it alone (11).
    CombinationsIdentify,
    /// A combination links at any precision.
    PrecisionIgnored,
    /// A combination must stand in one table; the columns of what is linked do not pool.
    PrecisionByTable,
    /// Nothing is linked at all: only what stands beside a name is identifiable (3).
    NothingLinks,
    /// A lookup does not link what it lists (11).
    LookupsDoNotLink,
    /// Who has the secret of a pseudonym cannot compute it again (11).
    SecretsIgnored,
    /// An unsalted hash no longer identifies (8).
    UnsaltedHashHides,
    /// Groups of people that are apart are linked (11).
    GroupsApartIgnored,
    /// Groups of people are apart though nobody says so (11).
    GroupsAlwaysApart,
    /// `drop` removes what being in the data reveals (7).
    DropRemovesReveals,
    /// Rows do not keep that somebody was in what they were made of (7).
    MembershipForgotten,
    /// `generalise` takes a column's category away (8).
    GeneraliseLosesCategory,
    /// `aggregate` leaves rows.
    AggregateKeepsRows,
    /// Grouping by a key, an identifier or a combination makes counts (12).
    GroupsOfOneAreCounts,
    /// Counts that are joined to rows make the rows counts.
    JoinedCountsHideRows,
    /// Counting again raises the minimum (12).
    CountingAgainRaises,
    /// Walls are not seen (9).
    WallsIgnored,
    /// A wall behind a wall is a wall in front of it (9).
    WallsTransitive,
    /// What a processor holds is not its controller's (5).
    ProcessorsIgnored,
    /// A processor acts for its controllers whatever the activity is (5).
    ProcessorsInAnyActivity,
    /// A processor's processor acts for nobody else (5).
    SubProcessorsIgnored,
    /// What is published is not held by everyone (6).
    PublishedIsNotHeld,
    /// What was always a holder's own counts as received (6).
    OwnDataIsReceived,
    /// What is destroyed never was there to be passed on.
    DestroyedNeverWas,
    /// A deletion ends what comes after it, too (10).
    DeletionEndsWhatComesLater,
    /// Copies of which each overlaps the next are held together (10).
    OverlapsChained,
    /// Expected dates prove an order (10).
    ExpectedDatesProve,
    /// What ends on the day on which another begins is gone by then (10).
    TouchingIsApart,
    /// A circle is gone through once.
    CirclesOnce,
    /// Data must pass through a step as a table, not column by column (14).
    PassThroughByTable,
    /// An exception takes out whole copies (1).
    ExceptionsFilterCopies,
    /// Level words close upward in exceptions, too (2).
    ExceptionsCloseUpward,
    /// A purpose that stands under the allowed one is another (15).
    NarrowerPurposeForbidden,
    /// What is not stated is read as one who hopes would, in both readings (17).
    HarshReadingIsKind,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 36] = [
        Fault::KeysDoNotLink,
        Fault::CombinationsDoNotLink,
        Fault::CombinationsIdentify,
        Fault::PrecisionIgnored,
        Fault::PrecisionByTable,
        Fault::NothingLinks,
        Fault::LookupsDoNotLink,
        Fault::SecretsIgnored,
        Fault::UnsaltedHashHides,
        Fault::GroupsApartIgnored,
        Fault::GroupsAlwaysApart,
        Fault::DropRemovesReveals,
        Fault::MembershipForgotten,
        Fault::GeneraliseLosesCategory,
        Fault::AggregateKeepsRows,
        Fault::GroupsOfOneAreCounts,
        Fault::JoinedCountsHideRows,
        Fault::CountingAgainRaises,
        Fault::WallsIgnored,
        Fault::WallsTransitive,
        Fault::ProcessorsIgnored,
        Fault::ProcessorsInAnyActivity,
        Fault::SubProcessorsIgnored,
        Fault::PublishedIsNotHeld,
        Fault::OwnDataIsReceived,
        Fault::DestroyedNeverWas,
        Fault::DeletionEndsWhatComesLater,
        Fault::OverlapsChained,
        Fault::ExpectedDatesProve,
        Fault::TouchingIsApart,
        Fault::CirclesOnce,
        Fault::PassThroughByTable,
        Fault::ExceptionsFilterCopies,
        Fault::ExceptionsCloseUpward,
        Fault::NarrowerPurposeForbidden,
        Fault::HarshReadingIsKind,
    ];
}

/// Whether a fault is on.
#[cfg(not(feature = "faults"))]
#[inline(always)]
pub(crate) const fn on(_: Fault) -> bool {
    false
}

#[cfg(feature = "faults")]
pub(crate) use switch::on;
#[cfg(feature = "faults")]
pub use switch::set;

#[cfg(feature = "faults")]
mod switch {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Fault;

    /// The number of the fault that is on, from 1; 0 for none.
    static ON: AtomicUsize = AtomicUsize::new(0);

    /// Whether a fault is on.
    #[inline]
    pub(crate) fn on(fault: Fault) -> bool {
        ON.load(Ordering::Relaxed) == fault as usize + 1
    }

    /// Switches a fault on for the whole process, and every other off.
    pub fn set(fault: Option<Fault>) {
        ON.store(fault.map_or(0, |f| f as usize + 1), Ordering::Relaxed);
    }
}
