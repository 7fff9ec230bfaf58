//! Declarations of one line: walls, combinations, compatible purposes, assumptions, adopted packs.

use super::Read;
use super::cursor::Parser;
use super::declarations::Layout;
use super::values::{CATEGORY, LEVEL, PARTY, PURPOSE, RULE, Shape};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{
    AdoptDecl, AssumeDecl, CombinationDecl, CombinationPart, CompatibleDecl, Head, Names, WallDecl,
};

impl Parser<'_> {
    /// The head of a declaration without a name; takes the keyword.
    pub(super) fn plain_head(&mut self, layout: Layout) -> Head {
        let keyword = self.here();
        self.advance();
        Head { span: self.layout_span(layout), keyword, name: None, title: None }
    }

    /// `wall between A and B [except LEVEL] [not-stated]`.
    pub(super) fn wall(&mut self, layout: Layout) -> Option<WallDecl> {
        self.no_body(layout);
        let head = self.plain_head(layout);
        self.wall_line(head).ok()
    }

    fn wall_line(&mut self, head: Head) -> Read<WallDecl> {
        const LEVELS: &[&str] =
            &["anonymous", "aggregate", "row-level", "pseudonymised", "personal", "identifiable", "identified"];
        self.expect("between")?;
        let left = self.name(PARTY)?;
        self.expect("and")?;
        let right = self.name(PARTY)?;
        let except = self.after_word("except", |p| p.one_of("a level such as `anonymous`", LEVELS))?;
        if except.is_some() {
            self.eat("data");
        }
        let here = self.here();
        let not_stated = self.eat("not-stated").then_some(here);
        self.finish()?;
        Ok(WallDecl { head, left, right, except, not_stated })
    }

    /// `combination a, b at LEVEL, c`.
    pub(super) fn combination(&mut self, layout: Layout) -> Option<CombinationDecl> {
        self.no_body(layout);
        let head = self.plain_head(layout);
        let parts = self
            .list(|p| {
                let category = p.name(CATEGORY)?;
                let level = p.after_word("at", |p| p.name(LEVEL))?;
                Ok(CombinationPart { category, level })
            })
            .ok()?;
        self.finish().ok()?;
        Some(CombinationDecl { head, parts })
    }

    /// `compatible A with B because "…"`.
    pub(super) fn compatible(&mut self, layout: Layout) -> Option<CompatibleDecl> {
        self.no_body(layout);
        let head = self.plain_head(layout);
        let mut read = || -> Read<CompatibleDecl> {
            let purpose = self.name(PURPOSE)?;
            self.expect("with")?;
            let with = self.name(PURPOSE)?;
            let because = self.after_word("because", Self::text)?;
            self.finish()?;
            Ok(CompatibleDecl { head: head.clone(), purpose, with, because })
        };
        read().ok()
    }

    /// `assume anyone knows a, b`, or a party instead of `anyone`.
    pub(super) fn assume(&mut self, layout: Layout) -> Option<AssumeDecl> {
        self.no_body(layout);
        let head = self.plain_head(layout);
        let mut read = || -> Read<AssumeDecl> {
            let who = if self.eat("anyone") {
                None
            } else {
                Some(self.name(Shape { what: "`anyone`, or a party", example: "assume anyone knows name, address" })?)
            };
            self.expect("knows")?;
            let knows = self.names(CATEGORY)?;
            self.finish()?;
            Ok(AssumeDecl { head: head.clone(), who, knows })
        };
        read().ok()
    }

    /// `adopt uk-gdpr, "policies/ours.staunch" [except RULE, … because "…" [review DATE]]`.
    pub(super) fn adopt(&mut self, layout: Layout) -> Option<AdoptDecl> {
        self.no_body(layout);
        let head = self.plain_head(layout);
        let mut adopted = AdoptDecl {
            head,
            packs: Vec::new(),
            paths: Vec::new(),
            except: Names::default(),
            because: None,
            review: None,
        };
        let all = self.list(|p| {
            if p.kind() == Some(TokenKind::Text) {
                adopted.paths.push(p.text()?);
            } else {
                adopted.packs.push(p.name(Shape { what: "a rule pack", example: "uk-gdpr" })?);
            }
            Ok(())
        });
        all.ok()?;
        let mut put_off = || -> Read<()> {
            if let Some(rules) = self.after_word("except", |p| p.names(RULE))? {
                adopted.except = rules;
                adopted.because = self.after_word("because", Self::text)?;
                adopted.review = self.after_word("review", Self::date)?;
            }
            self.finish()
        };
        put_off().ok()?;
        Some(adopted)
    }
}
