"""A scenario file of a few lines with one of most things, for mistakes to be made in."""

from __future__ import annotations

TEXT = """\
title: A small complex
start: 2007-01
end: 2010-12
complexes:
  noksan:
    code: 2
    title: Noksan
    anchors:
      yard:
        title: a yard
        sector: steel
        workers: 100
        output: 300억원
        export_share: 50 %
        suppliers: 10 %
        dependence: 50 %
    figures:
      as_of: 2007-10
      firms: 50
      workers: 1500
      output: 4000억원
      export_share: 35 %
      sectors: {machinery: 3, steel: 1}
economy:
  sectors: [machinery, steel]
  turnover: {entry: 7 % / year}
  knowledge: {depreciation: 15 % / year}
  macro: {mode: flat}
programme:
  complexes:
    noksan:
      budget:
        amount: 47억원
        starts: 2008-07-01
        path: {2008: 79.8, 2009: 68.8}
        lines: {network: {share: 51 %}, rnd: {share: 49 %}}
      mini_clusters:
        plating: {title: plating, launch: 2008-07-05, sectors: [steel]}
      fields:
        moulds: {title: moulds, sectors: [machinery], share: 20 %}
      services:
        prototype: {opens: 2009-03-02, line: network, focus: {fields: [moulds]}}
      rnd: {first: 2008-10-01, lines: {rnd: 100 %}}
arms:
  double:
    title: twice the money
    programme: {complexes: {noksan: {budget: {amount: 94억원}}}}
targets:
  more:
    kind: growth
    title: a fifth more
    complex: noksan
    group: all
    growth: 20 %
    base: 2007
    by: 2009
"""
