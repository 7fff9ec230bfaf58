//! "Did you mean": the nearest known word to a misspelt one.

/// The known word nearest to `word`, as a help sentence, when one is near enough to be meant.
///
/// Ties are broken by alphabet, so that the same text always gets the same advice.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|w| format!("did you mean `{w}`?"))
}

/// Above this many candidates only those of a like length and first letter are compared.
const LIMIT: usize = 64;

/// The known word nearest to `word`, when one is near enough to be meant; ties as above.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.chars().count() > LIMIT {
        return None;
    }
    let allowed = match word.chars().count() {
        0 => return None,
        1..=2 => 1,
        3..=5 => 2,
        n => n / 3,
    };
    known
        .into_iter()
        .filter(|k| k.len().abs_diff(word.len()) <= allowed + 2 && *k != word)
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(d, k)| *d <= allowed && *d < k.chars().count())
        .min()
        .map(|(_, k)| k)
}
