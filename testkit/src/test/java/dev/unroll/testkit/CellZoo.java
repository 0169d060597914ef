package dev.unroll.testkit;

import dev.unroll.expr.Cell;
import java.util.ArrayList;
import java.util.List;

/// Cells that nobody would publish, each with a trait that a plan can get wrong.
final class CellZoo {
  private static final String TEXT =
      """
      ## products-in-a-chain: three products one after the other, all in the loop
      h' = tanh(U V Q h + W x)

      ## list-of-vectors: one matrix for input and state
      h' = tanh(W [x; h] + b)

      ## lists-of-the-lstm: the columns of all gates are stacked twice
      f  = σ(Wf [h; x] + bf)
      i  = σ(Wi [h; x] + bi)
      g  = tanh(Wg [h; x] + bg)
      o  = σ(Wo [h; x] + bo)
      c' = f * c + i * g
      h' = o * tanh(c')

      ## lists-that-part: the matrix between two others is multiplied with another vector
      r  = σ(Wr [x; h] + br)
      n  = tanh(Wn [x; r * h] + bn)
      z  = σ(Wz [x; h] + bz)
      h' = (1 - z) * h + z * n

      ## lists-that-cannot-be-neighbours: three pairs of four matrices
      a  = σ(A [x; h; c])
      b  = σ(B [x; h; c * a])
      d  = σ(D [x; h * b; c])
      h' = tanh(E [x * d; h; c] + a)
      c' = tanh(b * (W [x; h * d; c * a]))

      ## list-used-twice: of one matrix, once with products in it and zeros
      a  = tanh(W [x; h] + V h)
      h' = tanh(W [x * p; Q a] + W [0; h] + V a)

      ## list-of-three-sizes
      a' = tanh(W [x; a; h] + b)
      h' = tanh(U [a'; h])
      size a = P

      ## tied: one matrix, two vectors
      h' = tanh(U h + U c + W x)
      c' = tanh(U h - V c)

      ## tied-to-one-gradient: one matrix, two vectors that get the same gradient
      a  = tanh(W x)
      h' = tanh(U h + U a + V a)

      ## matrix-in-two-lines: the same product twice, and the matrix once more beside a neighbour
      a  = σ(U h + W x)
      b  = tanh(U h + V h)
      h' = a * tanh(U b + V b)

      ## matrix-in-and-out-of-a-stack: its gradient has a term beside a neighbour and two alone
      a  = tanh(U h + W x)
      b  = σ(V h) * a
      h' = tanh(U a + V b + U b)

      ## same-gradient-twice: two stacked products whose gradients are one value
      h' = tanh(U h + V h + W x + Q x)

      ## gradient-in-two-stacks: of two matrices and of one, which begin at the same place
      a  = σ(W x + U h)
      b  = tanh(V x)
      h' = a * b

      ## input-multiplied-as-the-state-is: one product hands back both gradients
      h' = tanh(W x + W h)
      c' = tanh(W x + V h)

      ## products-in-odd-sums: vectors before, between and behind products, in brackets and without
      f  = σ(b + W x + U h)
      g  = tanh((p + Q x) + (V h + q) + r)
      h' = f * h + g

      ## sum-of-products-read-twice: it is the value of an equation, and the way back needs it
      a  = W x + U h
      h' = tanh(a) * exp(-a * a + b)

      ## addends-read-alone: what a product is added to is read as well
      a  = W x
      f  = σ(a + U h)
      g  = tanh(Q x + V h)
      h' = f * g + a

      ## addends-in-another-order: two stacks whose products are summed up crosswise
      f  = σ(W x + V h)
      g  = tanh(Q x + U h)
      h' = f * tanh(U h) + g * (V h)

      ## input-as-state
      h' = x

      ## input-and-state
      h' = x + tanh(U h) * x

      ## shift-register: states move on from one to the next
      h' = tanh(W x + U h + V c + Q d)
      c' = h
      d' = c

      ## register-reversed: the old value is taken after the new one was computed
      d' = c
      c' = h
      h' = tanh(W x + U d + Q c')

      ## two-states-one-value
      a  = tanh(W x + U h + V c)
      h' = a
      c' = a

      ## three-states-one-value-and-out
      a  = tanh(W x + U h)
      h' = a
      c' = a
      d' = a
      y  = Q d + a
      out y

      ## out-is-the-shared-value
      a  = tanh(W x + U h)
      h' = a
      c' = a + c
      out a

      ## output-layer
      h' = tanh(W x + U h + b)
      y  = V h' + c
      out y

      ## output-of-other-size
      h' = tanh(W x + U h + b)
      y  = tanh(V h' + c) * x
      out y

      ## output-layers-after-the-loop
      h' = tanh(W x + U h + b)
      y  = tanh(V h' + c)
      z  = y + σ(Q y) * h'
      q  = z * y + Q2 z
      out q

      ## output-before-the-step: products of the old state only in the output
      h' = tanh(W x + u * h)
      y  = tanh(V h + Q x)
      out y

      ## scalar-output
      h' = tanh(W x + U h)
      y  = mean(h' * b)
      out y

      ## scalar-state: one number for each row becomes a vector
      h' = mean(tanh(W x + U h)) + var(h)
      c' = 0.5

      ## constant-states
      h' = tanh(W x + U h + c)
      c' = 0
      d' = 0

      ## parameter-states: the new value does not depend on the step
      h' = tanh(W x + U h + c)
      c' = σ(b)
      d' = p * p

      ## layer-norm-on-products
      a  = W x
      b  = U h
      an = g * (a - mean(a)) / sqrt(var(a) + 0.01)
      bn = k * (b - mean(b)) / sqrt(var(b) + 0.01)
      h' = tanh(an + bn + q)

      ## layer-norm-of-the-state
      s  = sqrt(var(h) + 0.1)
      h' = tanh(W x + U ((h - mean(h)) / s))

      ## reductions-of-reductions: a number for each row meets vectors from both sides
      m  = mean(h)
      v  = mean(x + m)
      s  = sum(h + v) + sum(v * h) + mean(m - x) + mean(h / (2 + m * m))
      h' = tanh(W x + s) * m - v

      ## number-of-a-number
      m  = mean(h)
      n  = tanh(m) * m + 1 / (2 + m * m)
      h' = tanh(U h + n * W x)

      ## sum-of-a-parameter
      h' = tanh(W x + U h) * sum(p) + mean(q * q)

      ## peepholes
      i  = σ(W x + U h + p * c)
      c' = i * c + (1 - i) * tanh(V x + q * h)
      h' = σ(Q x + r * c') * tanh(c')

      ## functions
      a  = W x + U h
      l  = log(1.5 + a * a) + sqrt(abs(a) + 0.3) - abs(a - 0.1)
      e  = exp(-a) / (1 + exp(a) + b * b)
      h' = tanh(min(a, e) + max(l, 0.95) - min(l, 1) * max(h, a) + relu(a) - relu(-e + 0.4))

      ## smooth-functions
      a  = W x + U h
      s  = softplus(a) * logsigmoid(h - a) + expm1(0.3 * a) / (1.5 + log1p(a * a))
      h' = 0.3 * sin(2 * s + b) + 0.2 * cos(p * a) * log1p(0.5 * sin(a))

      ## division-everywhere
      a  = (W x) / (2 + σ(U h)) / (1.5 + p * p)
      h' = tanh(1 / (2 + a * a) - a / (3 + tanh(h)) + (V h) / (1.5 + σ(q)))

      ## flat-functions: derivative zero
      h' = tanh(W x + U h) * step(V x) + sign(h) * 0.25

      ## masks
      h' = tanh(W (x * mask(m)) + U (h * mask(n)) + mask(n) * V mask(k))

      ## zoneout: a mask that chooses
      n  = tanh(W x + U h)
      h' = mask(m) * n + (1 - mask(m)) * h

      ## given-for-each-step: vectors and numbers, in the loop, before it and in products
      n  = tanh(W (x * stepmask(m)) + U h + V stepmask(k))
      c' = stepnumber(p) * n + (1 - stepnumber(p)) * c
      h' = stepmask(z) * tanh(c') + (1 - stepmask(z)) * h + stepnumber(q) * stepnumber(p)

      ## given-beside-other-names: a step number may have the name of a value
      keep = W x
      h'   = tanh(keep + U (stepnumber(keep) * h)) * stepnumber(h)
      y    = stepmask(y)
      z    = y + h'
      out z

      ## only-given: nothing depends on the step
      h' = stepmask(m)
      c' = stepnumber(n)
      y  = stepnumber(n) * stepnumber(k)
      out y

      ## state-never-read
      h' = tanh(W x)
      c' = tanh(V x)

      ## state-read-by-the-output-alone
      c' = tanh(V x + p * c)
      h' = tanh(W x)
      y  = Q c + h
      out y

      ## equation-never-used
      a  = tanh(V h + W x)
      b  = tanh(Q a) * a
      h' = tanh(U h + W x)

      ## input-never-used
      h' = tanh(U h + b)

      ## input-without-gradient: its zeros are those of a state
      h' = tanh(U h + W (step(x) + d))
      d' = 0

      ## input-elementwise: no product with x
      h' = tanh(x * p + U h)

      ## input-elementwise-and-in-products: its gradient is also that of a product beside others
      h' = tanh(V h + x)
      c' = tanh(Q h + R c)

      ## before-phase: layers of x before the loop
      a  = tanh(W1 x + b1)
      b  = tanh(W2 a + b2) * a
      c  = a - tanh(W3 b) * b
      h' = tanh(c * (U h) + W4 c)

      ## before-phase-elementwise: a value of one stage is read by a later one
      a  = tanh(x * u)
      c  = a * (W x)
      d  = a * (V c)
      h' = tanh(d + a + U h)

      ## second-stage: two dependent products in a step
      r  = σ(Wr x + Ur h)
      n  = tanh(Wn x + Un (r * h))
      h' = r * n + (1 - r) * h

      ## third-stage: stages that read values of all earlier ones
      a  = tanh(W x + U h)
      b  = tanh(V a + h) * a
      c  = tanh(Q b - a) * b
      h' = c + 0.5 * b * a

      ## three-states-of-three-sizes
      a' = tanh(A x + B a + C b)
      b' = tanh(D a' + E b + F2 c)
      c' = tanh(G b' + b1 * c)
      out c'
      size a = P
      size b = Q
      size c = R

      ## three-sizes-all-in-the-output
      a' = tanh(A x + B a)
      b' = tanh(C a + D b)
      y  = E a' + G b + b1
      out y
      size a = P
      size y = Q

      ## no-state: a dense layer
      y = tanh(W x + b)
      z = V y + W x
      out z

      ## no-product
      h' = tanh(p * x + q * h)

      ## state-decays
      h' = 0.5 * h
      y  = h' + W x
      out y

      ## parameter-in-a-product: nothing of it depends on the step
      h' = tanh(W x + U (b) + V (b * q) + Q h)

      ## everything-linear
      h' = W x + 0.3 * (U h) + b

      ## reads-own-output: a new value is used again in the same step
      h' = tanh(W x + U h)
      c' = tanh(V h' + Q c)
      d' = h' * c' + 0.1 * d
      y  = d' + d + c + h
      out y

      ## gradient-of-old-state-from-the-output-alone
      h' = tanh(W x)
      y  = U h * h
      out y

      ## names-like-those-of-a-plan
      product0 = W x
      v0       = tanh(product0 + U h)
      v1       = σ(V h)
      v5       = v0 * v1
      h'       = v5 + tanh(Q v5)
      v6'      = tanh(p * v6 + v0)
      stack0'  = h + q * stack0
      back9'   = h' * σ(back9)
      """;

  private CellZoo() {}

  /// All of them; the name is the trait.
  static List<Cell> cells() {
    var cells = new ArrayList<Cell>();
    for (var entry : TEXT.split("(?m)^## ")) {
      if (!entry.isBlank()) {
        var title = entry.lines().findFirst().orElseThrow();
        cells.add(Cell.parse(title.split(":")[0].strip(), entry.substring(title.length())));
      }
    }
    return cells;
  }
}
