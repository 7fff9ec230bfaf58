//! Codes of the family `model`.

use super::codes;

codes! {}
