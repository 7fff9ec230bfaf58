//! Codes of the family `files`.

use super::codes;

codes! {}
