//! Codes of the family `rules`.

use super::codes;

codes! {}
