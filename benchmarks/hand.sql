-- The regulation of regulation.yaml as one who knows SQL well would write it by hand: the same columns, the same result.
-- Tiles keep equals together; the score is compared as a fraction because lines may be missing.
COPY (
WITH sums AS (
  SELECT customer_id,
    coalesce(sum(amount) FILTER (ordered_on >= DATE '2026-01-01'), 0)::DECIMAL(18, 2) AS amount,
    coalesce(sum(amount) FILTER (ordered_on <= DATE '2025-12-31'), 0)::DECIMAL(18, 2) AS before,
    count(*) FILTER (ordered_on >= DATE '2026-01-01') AS orders,
    max(ordered_on) AS last_on,
    max(amount) FILTER (ordered_on >= DATE '2026-01-01') AS largest,
    count(*) FILTER (ordered_on >= DATE '2026-01-01' AND amount < 0) AS returns
  FROM read_parquet('{orders}')
  WHERE status <> 'cancelled' AND ordered_on BETWEEN DATE '2025-01-01' AND DATE '2026-12-31'
  GROUP BY customer_id
),
facts AS (
  SELECT c.customer_id, coalesce(amount, 0)::DECIMAL(18, 2) AS amount, coalesce(before, 0)::DECIMAL(18, 2) AS before,
    coalesce(orders, 0) AS orders, last_on, largest, coalesce(returns, 0) AS returns,
    date_diff('day', last_on, DATE '2026-12-31') AS recency,
    CASE WHEN before < 0 THEN -((amount - before) * 100)::BIGINT WHEN before > 0 THEN ((amount - before) * 100)::BIGINT END AS growth,
    nullif(abs((before * 100)::BIGINT), 0) AS growth_d
  FROM read_parquet('{customers}') c LEFT JOIN sums USING (customer_id)
  WHERE c.status = 'active'
),
r AS (SELECT recency, 5 - floor((sum(count(*)) OVER (ORDER BY recency) - count(*)) * 5 / sum(count(*)) OVER ())::BIGINT AS r
      FROM facts WHERE orders > 0 GROUP BY recency),
f AS (SELECT orders, 5 - floor((sum(count(*)) OVER (ORDER BY orders DESC) - count(*)) * 5 / sum(count(*)) OVER ())::BIGINT AS f
      FROM facts WHERE orders > 0 GROUP BY orders),
m AS (SELECT amount, 5 - floor((sum(count(*)) OVER (ORDER BY amount DESC) - count(*)) * 5 / sum(count(*)) OVER ())::BIGINT AS m
      FROM facts WHERE orders > 0 GROUP BY amount),
points AS (
  SELECT facts.*, r.r, f.f, m.m,
    r * 3 AS p_r, f * 4 AS p_f, m * 5 AS p_m,
    CASE WHEN largest >= 1500 THEN 10 WHEN largest >= 800 THEN 6 WHEN largest >= 200 THEN 3 WHEN largest < 200 THEN 0 END AS p_largest,
    CASE WHEN growth * 5 >= growth_d THEN 20 WHEN growth >= 0 THEN 12 WHEN growth * 5 >= -growth_d THEN 5
         WHEN growth * 5 < -growth_d THEN 0 END AS p_growth,
    CASE WHEN returns = 0 THEN 10 WHEN returns <= 2 THEN 4 WHEN returns > 2 THEN 0 END AS p_returns
  FROM facts
  LEFT JOIN r ON facts.orders > 0 AND facts.recency = r.recency
  LEFT JOIN f ON facts.orders > 0 AND facts.orders = f.orders
  LEFT JOIN m ON facts.orders > 0 AND facts.amount = m.amount
),
scored AS (
  SELECT *,
    (coalesce(p_r, 0) + coalesce(p_f, 0) + coalesce(p_m, 0) + coalesce(p_largest, 0) + coalesce(p_growth, 0)
      + coalesce(p_returns, 0))::BIGINT * 100 AS score,
    nullif((CASE WHEN p_r IS NULL THEN 0 ELSE 15 END + CASE WHEN p_f IS NULL THEN 0 ELSE 20 END
      + CASE WHEN p_m IS NULL THEN 0 ELSE 25 END + CASE WHEN p_largest IS NULL THEN 0 ELSE 10 END
      + CASE WHEN p_growth IS NULL THEN 0 ELSE 20 END + CASE WHEN p_returns IS NULL THEN 0 ELSE 10 END)::BIGINT, 0) AS score_d
  FROM points
),
said AS (
  SELECT *, (orders = 0) AS s_status,
    CASE WHEN score >= 70 * score_d THEN 1 WHEN score >= 40 * score_d THEN 2 WHEN score < 40 * score_d THEN 3 END::SMALLINT AS s_score,
    growth * 2 < -growth_d AS shrinking_growth, amount < 10000 AS shrinking_amount,
    returns > 5 AS sends_back, amount >= 50000 AS large_amount, returns = 0 AS large_returns
  FROM scored
),
step0 AS (SELECT *, CASE WHEN s_status THEN 4::SMALLINT ELSE s_score END AS g0 FROM said),
step1 AS (SELECT *, CASE WHEN shrinking_growth AND shrinking_amount AND g0 < 2 THEN 2::SMALLINT ELSE g0 END AS g1 FROM step0),
step2 AS (SELECT *, CASE WHEN sends_back AND g1 < 3 THEN 3::SMALLINT ELSE g1 END AS g2 FROM step1),
step3 AS (SELECT *, CASE WHEN large_amount AND large_returns AND g2 > 1 THEN (g2 - 1)::SMALLINT ELSE g2 END AS g3 FROM step2)
SELECT customer_id, amount AS i_amount, before AS i_before, orders AS i_orders, last_on AS i_last_on, largest AS i_largest,
  returns AS i_returns, recency AS i_recency, growth AS i_growth, growth_d AS i_growth__d, r AS i_r, f AS i_f, m AS i_m,
  p_r AS p_score__r, p_f AS p_score__f, p_m AS p_score__m, p_largest AS p_score__largest, p_growth AS p_score__growth,
  p_returns AS p_score__returns, score AS i_score, score_d AS i_score__d, s_status AS s_status_0, s_score AS s_by_score,
  shrinking_growth AND shrinking_amount AS s_shrinking_met, shrinking_growth AS s_shrinking_c0, shrinking_amount AS s_shrinking_c1,
  coalesce(g1 <> g0, false) AS s_shrinking_moved, sends_back AS s_sends_back_met, coalesce(g2 <> g1, false) AS s_sends_back_moved,
  large_amount AND large_returns AS s_large_met, large_amount AS s_large_c0, large_returns AS s_large_c1,
  coalesce(g3 <> g2, false) AS s_large_moved,
  CASE g3 WHEN 1 THEN 'A' WHEN 2 THEN 'B' WHEN 3 THEN 'C' WHEN 4 THEN 'D' END AS computed,
  NULL::VARCHAR AS previous, NULL::DATE AS previous_from, NULL::DATE AS previous_since, false AS held, false AS limited,
  CASE g3 WHEN 1 THEN 'A' WHEN 2 THEN 'B' WHEN 3 THEN 'C' WHEN 4 THEN 'D' END AS grade,
  CASE WHEN s_status THEN 'no_orders' END AS reason,
  CASE WHEN g3 IS NULL THEN 'ungraded' ELSE 'computed' END AS standing,
  CASE WHEN g3 IS NULL THEN 'unmatched' END AS ungraded
FROM step3
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
