//! The floor: what the reachability part of a check costs when nothing else is done.
