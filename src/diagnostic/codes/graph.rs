//! Codes of the family `graph`.

use super::codes;

codes! {}
