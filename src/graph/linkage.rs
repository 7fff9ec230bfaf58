//! What a holder can tie together from all that it holds at one time.
//!
//! A [`View`] is what one observer sees: a team sees itself, the teams not walled from it, its party's own copies and its
//! processors' (ruling 9), and everybody sees what is published. Within a view, for each copy, the copies that may be held when
//! it arrives (ruling 10) are merged wherever rows about overlapping people share a key, a direct identifier or a whole
//! identifying combination; columns pool in what is merged, which can unlock more. A component with a direct identifier
//! identifies every row in it.

use std::collections::{HashMap, HashSet};

use super::columns::ColumnKind;
use super::{CellId, Contents, CopyId, Graph, Reading};
use crate::model::{CategoryId, Model, PeopleId, Point};

pub use super::sight::{Sight, View};
use crate::vocabulary::Identifies;

/// What ties two copies together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tie {
    /// The same key.
    Key(CategoryId),
    /// The same direct identifier.
    Direct(CategoryId),
    /// The same identifying combination, by its number in the vocabulary.
    Combination(u32),
    /// A secret with which a key can be computed again, by its number in [`Graph::capabilities`].
    Recomputed(u32, CategoryId),
}

/// A node of the linkage: a copy, or what an `assume` line says is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Node {
    /// A copy.
    Copy(CopyId),
    /// An assumption, by its number in [`Model::assumptions`].
    Assumed(u32),
}

/// How identifiable each copy of a view is.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// The level of the component of each copy that has rows: 2, 3 or 4.
    level: HashMap<CopyId, u8>,
    /// Copies that may hold more columns than are stated (`fields open`).
    open: HashSet<CopyId>,
}

impl Levels {
    /// The level of the rows of a copy at this view; 2 when it was not linked at all.
    pub fn of(&self, copy: CopyId) -> u8 {
        self.level.get(&copy).copied().unwrap_or(2)
    }

    /// The highest level of each copy in any of several views.
    pub fn worst<'l>(all: impl IntoIterator<Item = &'l Levels>) -> Levels {
        let mut worst = Levels::default();
        for levels in all {
            for (copy, level) in &levels.level {
                let kept = worst.level.entry(*copy).or_insert(*level);
                *kept = (*kept).max(*level);
            }
            worst.open.extend(levels.open.iter().copied());
        }
        worst
    }

    /// Whether the copy's field list is open.
    pub fn is_open(&self, copy: CopyId) -> bool {
        self.open.contains(&copy)
    }
}

/// Sets of copies that may be held together: all of each set at one instant.
pub fn together(graph: &Graph, copies: &[CopyId], reading: Reading) -> Vec<Vec<CopyId>> {
    let timeline = &graph.timeline;
    let held = |c: &CopyId| &graph.holdings[c.index()];
    if copies.iter().all(|c| held(c).endless()) {
        return vec![copies.to_vec()];
    }
    let mut sets: Vec<Vec<CopyId>> = Vec::new();
    let mut arrivals: Vec<Vec<Point>> = copies.iter().flat_map(|c| held(c).starts()).collect();
    arrivals.sort();
    arrivals.dedup();
    for starts in arrivals {
        sets.push(copies.iter().copied().filter(|d| held(d).held_at(timeline, &starts, reading)).collect());
    }
    // what never ends is held together in the end; and at each stated end, what is held until then
    sets.push(copies.iter().copied().filter(|c| held(c).endless()).collect());
    let mut ends: Vec<Point> = copies.iter().flat_map(|c| held(c).end_points()).collect();
    ends.sort_unstable();
    ends.dedup();
    if reading == Reading::Kind {
        for end in ends {
            let at = copies
                .iter()
                .copied()
                .filter(|d| held(d).begun_by(timeline, end) && held(d).lasts_until(timeline, end));
            sets.push(at.collect());
        }
    }
    // whatever else is not known, a copy is there together with itself
    let alone: Vec<CopyId> =
        copies.iter().copied().filter(|c| !sets.iter().any(|s| s.binary_search(c).is_ok())).collect();
    sets.extend(alone.into_iter().map(|c| vec![c]));
    sets.sort();
    sets.dedup();
    let widest: Vec<Vec<CopyId>> = sets
        .iter()
        .filter(|s| !s.is_empty() && (sets.len() > 64 || !sets.iter().any(|t| t.len() > s.len() && is_subset(s, t))))
        .cloned()
        .collect();
    widest
}

fn is_subset(small: &[CopyId], large: &[CopyId]) -> bool {
    small.iter().all(|c| large.binary_search(c).is_ok())
}

/// How many kinds of person are told apart.
const KINDS: usize = 4096;

/// The kinds of person there can be: largest sets of groups of people of which none are declared apart. One empty set where
/// nothing is declared apart.
fn kinds_of_person(model: &Model) -> Vec<Vec<PeopleId>> {
    let all: Vec<PeopleId> = (0..model.people.len() as u32).map(PeopleId).collect();
    if model.people.iter().all(|p| p.apart.is_empty()) || all.len() > 24 {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    cliques(model, &mut Vec::new(), &all, &mut found);
    if found.len() > KINDS {
        // too many to go through: as if nothing were declared apart, which can only link more
        return vec![Vec::new()];
    }
    found.sort();
    found.dedup();
    let widest: Vec<Vec<PeopleId>> = found
        .iter()
        .filter(|s| !found.iter().any(|t| t.len() > s.len() && s.iter().all(|x| t.contains(x))))
        .cloned()
        .collect();
    if widest.is_empty() { vec![Vec::new()] } else { widest }
}

fn cliques(model: &Model, chosen: &mut Vec<PeopleId>, rest: &[PeopleId], found: &mut Vec<Vec<PeopleId>>) {
    if found.len() > KINDS {
        return;
    }
    let Some((first, rest)) = rest.split_first() else {
        found.push(chosen.clone());
        return;
    };
    let fits = chosen.iter().all(|c| !model.people_apart(*c, *first));
    if fits {
        chosen.push(*first);
        cliques(model, chosen, rest, found);
        chosen.pop();
    }
    // leaving out one that fits and conflicts with nobody never makes a larger set
    if !fits || rest.iter().any(|r| model.people_apart(*first, *r)) {
        cliques(model, chosen, rest, found);
    }
}

/// Links a view and says how identifiable each of its copies is there.
pub fn levels(model: &Model, graph: &Graph, contents: &Contents, view: &View, reading: Reading) -> Levels {
    let mut levels = Levels::default();
    let kinds = kinds_of_person(model);
    let mut holding_rows = Vec::new();
    for copy in &view.copies {
        if graph.cells_of(*copy).any(|c| contents.has_rows(c)) {
            holding_rows.push(*copy);
            let open = |c: CellId| graph.cell(c).column.kind == ColumnKind::Open && contents.has_rows(c);
            if graph.cells_of(*copy).any(open) {
                levels.open.insert(*copy);
            }
        } else if graph.capabilities.iter().any(|c| c.copy == *copy) {
            holding_rows.push(*copy);
        }
    }
    for set in together(graph, &holding_rows, reading) {
        for kind in &kinds {
            let mut linker = Linker::new(model, graph, contents, view, &set, kind);
            linker.run();
            for copy in &set {
                let mut level = linker.level(*copy);
                if reading == Reading::Harsh && levels.open.contains(copy) {
                    level = 4;
                }
                let kept = levels.level.entry(*copy).or_insert(level);
                *kept = (*kept).max(level);
            }
        }
    }
    levels
}

/// Why a copy is identifiable: the nodes from it to one with a direct identifier, with what ties each to the next. Empty when the
/// copy has a direct identifier itself; `None` when it is not identifiable.
pub fn why(
    model: &Model,
    graph: &Graph,
    contents: &Contents,
    view: &View,
    reading: Reading,
    copy: CopyId,
) -> Option<Vec<(Node, Tie, Node)>> {
    let holding_rows: Vec<CopyId> = view
        .copies
        .iter()
        .copied()
        .filter(|c| {
            graph.cells_of(*c).any(|cell| contents.has_rows(cell)) || graph.capabilities.iter().any(|s| s.copy == *c)
        })
        .collect();
    let mut best: Option<Vec<(Node, Tie, Node)>> = None;
    for set in together(graph, &holding_rows, reading) {
        if set.binary_search(&copy).is_err() {
            continue;
        }
        for kind in kinds_of_person(model) {
            let mut linker = Linker::new(model, graph, contents, view, &set, &kind);
            linker.run();
            if let Some(path) = linker.path(copy)
                && best.as_ref().is_none_or(|b| path.len() < b.len())
            {
                best = Some(path);
            }
        }
    }
    best
}

/// Pooled columns of a component: category and finest level.
type Pool = Vec<(CategoryId, u8)>;

struct Linker<'a> {
    model: &'a Model,
    nodes: Vec<Node>,
    number: HashMap<Node, usize>,
    parent: Vec<usize>,
    pools: Vec<Pool>,
    /// What each node has of its own, before anything is merged.
    own: Vec<Pool>,
    direct: Vec<bool>,
    keyed: Vec<bool>,
    ties: Vec<Vec<Tie>>,
    secrets: Vec<(u32, CategoryId, Pool)>,
    log: Vec<(usize, usize, Tie)>,
}

impl<'a> Linker<'a> {
    fn new(
        model: &'a Model,
        graph: &'a Graph,
        contents: &'a Contents,
        view: &View,
        set: &[CopyId],
        kind: &[PeopleId],
    ) -> Self {
        let mut linker = Linker {
            model,
            nodes: Vec::new(),
            number: HashMap::new(),
            parent: Vec::new(),
            pools: Vec::new(),
            own: Vec::new(),
            direct: Vec::new(),
            keyed: Vec::new(),
            ties: Vec::new(),
            secrets: Vec::new(),
            log: Vec::new(),
        };
        for copy in set {
            // a secret is about nobody: it works on whoever's identifiers there are
            for (number, secret) in graph.capabilities.iter().enumerate() {
                if secret.copy == *copy {
                    linker.secrets.push((number as u32, secret.key, secret.from.clone()));
                }
            }
            let c = graph.copy(*copy);
            if !kind.is_empty() && !c.about_all && !c.about.is_empty() && !c.about.iter().any(|p| kind.contains(p)) {
                continue;
            }
            let columns: Vec<(CategoryId, u8, Identifies)> = graph
                .cells_of(*copy)
                .filter(|cell| contents.has_rows(*cell))
                .filter_map(|cell| {
                    let column = graph.cell(cell).column;
                    column.category.map(|c| (c, column.level, column.identifies(&model.vocabulary)))
                })
                .collect();
            linker.add(Node::Copy(*copy), &columns);
        }
        for (number, assumption) in model.assumptions.iter().enumerate() {
            let party = model.place(view.place).party;
            let applies = view.whole || assumption.who.is_none_or(|w| model.place(w).party == party);
            if applies {
                let known: Vec<(CategoryId, u8, Identifies)> = assumption
                    .knows
                    .iter()
                    .map(|c| {
                        (*c, 0, model.vocabulary.category(*c).levels.first().map_or(Identifies::No, |l| l.identifies))
                    })
                    .collect();
                linker.add(Node::Assumed(number as u32), &known);
            }
        }
        linker
    }

    fn add(&mut self, node: Node, columns: &[(CategoryId, u8, Identifies)]) {
        let number = self.nodes.len();
        self.number.insert(node, number);
        self.nodes.push(node);
        self.parent.push(number);
        let mut pool: Pool = Vec::new();
        let mut ties = Vec::new();
        for (category, level, identifies) in columns {
            join_pool(&mut pool, *category, *level);
            match identifies {
                Identifies::Key => ties.push(Tie::Key(*category)),
                Identifies::Direct => ties.push(Tie::Direct(*category)),
                _ => {}
            }
        }
        ties.sort();
        ties.dedup();
        self.direct.push(columns.iter().any(|c| c.2 == Identifies::Direct));
        self.keyed.push(columns.iter().any(|c| c.2 == Identifies::Key));
        self.own.push(pool.clone());
        self.pools.push(pool);
        self.ties.push(ties);
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    fn run(&mut self) {
        let mut holder: HashMap<Tie, usize> = HashMap::new();
        for node in 0..self.nodes.len() {
            for tie in self.ties[node].clone() {
                self.offer(&mut holder, node, tie);
            }
        }
        // combinations and secrets look at whole components, and what they merge may complete others
        let mut dirty: Vec<usize> = (0..self.nodes.len()).collect();
        let mut claimed: HashSet<(usize, Tie)> = HashSet::new();
        while let Some(node) = dirty.pop() {
            let root = self.root(node);
            for tie in self.unlocked(root) {
                if claimed.insert((root, tie.clone())) {
                    let asked = match &tie {
                        Tie::Recomputed(_, key) => {
                            // a key that can be computed may be what another is computed from
                            join_pool(&mut self.pools[root], *key, 0);
                            dirty.push(root);
                            Tie::Key(*key)
                        }
                        other => other.clone(),
                    };
                    if self.offer_as(&mut holder, root, asked, tie) {
                        let merged = self.root(root);
                        dirty.push(merged);
                        break;
                    }
                }
            }
        }
    }

    /// The combinations that a component completes, and the keys that a secret lets it compute.
    fn unlocked(&self, root: usize) -> Vec<Tie> {
        let pool = &self.pools[root];
        let has = |parts: &Pool| parts.iter().all(|part| has_part(self.model, pool, *part));
        let combinations = self.model.vocabulary.combinations.iter().enumerate();
        let mut ties: Vec<Tie> =
            combinations.filter(|(_, c)| has(&c.parts)).map(|(i, _)| Tie::Combination(i as u32)).collect();
        let secrets = self.secrets.iter().filter(|(_, _, from)| !from.is_empty() && has(from));
        ties.extend(secrets.map(|(number, key, _)| Tie::Recomputed(*number, *key)));
        ties
    }

    fn offer(&mut self, holder: &mut HashMap<Tie, usize>, node: usize, tie: Tie) -> bool {
        self.offer_as(holder, node, tie.clone(), tie)
    }

    /// Merges a node with whoever offered the same before.
    fn offer_as(&mut self, holder: &mut HashMap<Tie, usize>, node: usize, tie: Tie, said: Tie) -> bool {
        match holder.get(&tie).copied() {
            None => {
                holder.insert(tie, node);
                false
            }
            Some(other) => self.merge(other, node, said),
        }
    }

    fn merge(&mut self, a: usize, b: usize, tie: Tie) -> bool {
        let (ra, rb) = (self.root(a), self.root(b));
        self.log.push((a, b, tie));
        if ra == rb {
            return false;
        }
        let (large, small) = if self.pools[ra].len() >= self.pools[rb].len() { (ra, rb) } else { (rb, ra) };
        self.parent[small] = large;
        for (category, level) in std::mem::take(&mut self.pools[small]) {
            join_pool(&mut self.pools[large], category, level);
        }
        self.direct[large] |= self.direct[small];
        self.keyed[large] |= self.keyed[small];
        true
    }

    fn level(&mut self, copy: CopyId) -> u8 {
        let Some(node) = self.number.get(&Node::Copy(copy)).copied() else { return 2 };
        let root = self.root(node);
        if self.direct[root] {
            4
        } else if self.keyed[root] {
            3
        } else {
            2
        }
    }

    /// A path with the nodes that complete the combinations on it: where a side lacks a part, the nearest node that has it.
    fn completed(&self, path: Vec<(Node, Tie, Node)>, by_tie: &HashMap<&Tie, Vec<usize>>) -> Vec<(Node, Tie, Node)> {
        let mut whole = Vec::with_capacity(path.len());
        for (before, tie, after) in path {
            let parts: Pool = match &tie {
                Tie::Combination(number) => self.model.vocabulary.combinations[*number as usize].parts.clone(),
                Tie::Recomputed(number, _) => {
                    let secrets = self.secrets.iter().find(|(n, ..)| n == number);
                    secrets.map(|(_, _, from)| from.clone()).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            for side in [before, after] {
                let Some(start) = self.number.get(&side).copied() else { continue };
                for part in &parts {
                    if !has_part(self.model, &self.own[start], *part) {
                        whole.extend(self.nearest_with(start, *part, by_tie));
                    }
                }
            }
            whole.push((before, tie, after));
        }
        whole.dedup();
        whole
    }

    /// The way by plain ties from a node to the nearest that has a part.
    fn nearest_with(
        &self,
        start: usize,
        part: (CategoryId, u8),
        by_tie: &HashMap<&Tie, Vec<usize>>,
    ) -> Vec<(Node, Tie, Node)> {
        let mut came: HashMap<usize, (usize, Tie)> = HashMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        let mut seen = HashSet::from([start]);
        while let Some(node) = queue.pop_front() {
            if has_part(self.model, &self.own[node], part) {
                let mut path = Vec::new();
                let mut at = node;
                while let Some((before, tie)) = came.get(&at) {
                    path.push((self.nodes[*before], tie.clone(), self.nodes[at]));
                    at = *before;
                }
                path.reverse();
                return path;
            }
            for tie in &self.ties[node] {
                for next in by_tie.get(tie).into_iter().flatten() {
                    if seen.insert(*next) {
                        came.insert(*next, (node, tie.clone()));
                        queue.push_back(*next);
                    }
                }
            }
        }
        Vec::new()
    }

    /// The shortest way from a copy to a node with a direct identifier of its own.
    fn path(&mut self, copy: CopyId) -> Option<Vec<(Node, Tie, Node)>> {
        let start = *self.number.get(&Node::Copy(copy))?;
        let root = self.root(start);
        if !self.direct[root] {
            return None;
        }
        let own_direct: Vec<bool> = self.ties.iter().map(|t| t.iter().any(|t| matches!(t, Tie::Direct(_)))).collect();
        // every pair that shares a plain tie is joined by it; the log adds what combinations and secrets joined
        let mut by_tie: HashMap<&Tie, Vec<usize>> = HashMap::new();
        for (node, ties) in self.ties.iter().enumerate() {
            for tie in ties {
                by_tie.entry(tie).or_default().push(node);
            }
        }
        let mut logged: HashMap<usize, Vec<(usize, &Tie)>> = HashMap::new();
        for (a, b, tie) in &self.log {
            logged.entry(*a).or_default().push((*b, tie));
            logged.entry(*b).or_default().push((*a, tie));
        }
        let mut came: HashMap<usize, (usize, Tie)> = HashMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        let mut seen = HashSet::from([start]);
        let mut used: HashSet<&Tie> = HashSet::new();
        while let Some(node) = queue.pop_front() {
            if own_direct[node] {
                let mut path = Vec::new();
                let mut at = node;
                while let Some((before, tie)) = came.get(&at) {
                    path.push((self.nodes[*before], tie.clone(), self.nodes[at]));
                    at = *before;
                }
                path.reverse();
                return Some(self.completed(path, &by_tie));
            }
            let mut next: Vec<(usize, Tie)> = Vec::new();
            for tie in &self.ties[node] {
                if used.insert(tie) {
                    next.extend(by_tie.get(tie).into_iter().flatten().map(|n| (*n, tie.clone())));
                }
            }
            next.extend(logged.get(&node).into_iter().flatten().map(|(n, t)| (*n, (*t).clone())));
            for (to, tie) in next {
                if seen.insert(to) {
                    came.insert(to, (node, tie));
                    queue.push_back(to);
                }
            }
        }
        None
    }
}

/// Whether a pool has a category at this level or finer. A full value has in it what stands under it: an address its postcode, a
/// name the surname.
fn has_part(model: &Model, pool: &Pool, (category, level): (CategoryId, u8)) -> bool {
    pool.iter().any(|(own, finest)| {
        let value = model.vocabulary.category(*own).identifies != Identifies::No;
        (*own == category && *finest <= level)
            || (*finest == 0 && value && model.vocabulary.category_under(category, *own))
    })
}

fn join_pool(pool: &mut Pool, category: CategoryId, level: u8) {
    match pool.binary_search_by_key(&category, |(c, _)| *c) {
        Ok(at) => pool[at].1 = pool[at].1.min(level),
        Err(at) => pool.insert(at, (category, level)),
    }
}
