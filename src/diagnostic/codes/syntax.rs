//! Codes of the family `syntax`.

use super::codes;

codes! {}
