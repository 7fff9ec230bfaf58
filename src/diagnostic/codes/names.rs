//! Codes of the family `names`.

use super::codes;

codes! {}
