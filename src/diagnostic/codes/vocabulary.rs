//! Codes of the family `vocabulary`.

use super::codes;

codes! {}
