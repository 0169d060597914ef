package dev.unroll.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Cells of papers that libtorch has no module for: their equations on its tensors, differentiated
/// by its autograd. Where a cell of the library has a form of its own (a stabilizer, halves of
/// complex numbers, a maximum), these have that of the paper.
final class TorchEquations {
  private static final int T = 5;
  private static final int B = 3;
  private static final int F = 4;
  private static final int H = 6;

  /// A cell from its zero states: y of each step.
  private interface Equations {
    List<Tensor> run(List<Tensor> x, Weights parameters);
  }

  /// Tensors by their names in the equations.
  private record Weights(Map<String, Tensor> all) {
    Tensor get(String name) {
      return Objects.requireNonNull(all.get(name), name);
    }
  }

  private TorchEquations() {}

  static Stream<GoldenFile> files() {
    return Stream.of(
        file("mingru", "z = σ(Wz x + bz), n = g(Wn x + bn), g(a) = a + 1/2 for a ≥ 0, else σ(a); "
            + "h' = (1 - z) * h + z * n.", "Wz Wn:HF bz bn:H", TorchEquations::minGru),
        file("minlstm", "f = σ(Wf x + bf), i = σ(Wi x + bi), n = g(Wn x + bn); h' = f / (f + i) * h"
            + " + i / (f + i) * n.", "Wf Wi Wn:HF bf bi bn:H", TorchEquations::minLstm),
        file("slstm", "i = exp, f and o = σ, z = tanh of W x + R h + b; c' = f * c + i * z; "
            + "n' = f * n + i; h' = o * c' / n'.", "Wi Wf Wz Wo:HF Ri Rf Rz Ro:HH bi bf bz bo:H",
            TorchEquations::slstm),
        file("rg-lru", "v = V x, r = σ(Wr v + br), i = σ(Wi v + bi), a = σ(Λ) ^ (8 r); "
            + "h' = a * h + √max(1e-6, 1 - a²) * (i * v).", "V:HF Wr Wi:HH br bi Λ:H",
            TorchEquations::rgLru),
        file("rwkv4", "r, k, v = W (μ * x + (1 - μ) * previous x); y_t = V (σ(r) * (Σ exp(k_i - "
            + "(t - 1 - i) exp(w)) v_i + exp(u + k_t) v_t) / (Σ exp(k_i - (t - 1 - i) exp(w)) + "
            + "exp(u + k_t))), sums over i < t.", "Wr Wk Wv:HF V:HH μr μk μv:F u w:H",
            TorchEquations::rwkv4),
        file("lru", "s' = λ * s + γ * (Wa x + i Wb x), complex, λ = exp(-exp(ν) + i exp(θ)), "
            + "γ = exp(γ) √(1 - |λ|²); y = Re((Va + i Vb) s') + D x.",
            "Wa Wb D:HF Va Vb:HH ν θ γ:H", TorchEquations::lru),
        file("cfc", "t = 1 + τ·x, z = tanh(Wz x + Uz h + bz), g = tanh(Vg z + bg), "
            + "n = tanh(Vn z + bn), s = σ((Va z + ba) t + Vb z + bb); h' = (1 - s) * g + s * n.",
            "τ:F Wz:HF Uz Vg Vn Va Vb:HH bz bg bn ba bb:H", TorchEquations::cfc),
        file("qrnn", "z = tanh, f and o = σ of W x + V (previous x) + b; c' = f * c + (1 - f) * z; "
            + "y = o * c'.", "Wz Wf Wo Vz Vf Vo:HF bz bf bo:H", TorchEquations::qrnn),
        file("sru", "f = σ(Wf x + vf * c + bf), r = σ(Wr x + vr * c + br); c' = f * c + (1 - f) * "
            + "Wn x; y = r * c' + (1 - r) * Wh x.", "Wf Wr Wn Wh:HF vf vr bf br:H",
            TorchEquations::sru));
  }

  /// @param parameters names and shapes: `W U:HF b:H`
  private static GoldenFile file(String cell, String text, String parameters,
      Equations equations) {
    var notes = text + " States begin at zero. x [T, B, F], y [T, B, H]. loss = sum(y * dy); every "
        + "other d... is the gradient of loss.";
    return Torch.file("torch-" + cell, notes, type -> compute(parameters, equations, type));
  }

  private static Map<String, Numbers> compute(String parameters, Equations equations,
      ScalarType type) {
    var sines = new Sines();
    var variables = new LinkedHashMap<String, Tensor>();
    variables.put("x", Torch.variable(sines.next(1, T, B, F), type));
    var names = new ArrayList<String>();
    for (var word : parameters.split(" ")) {
      var parts = word.split(":");
      names.add(parts[0]);
      if (parts.length == 2) {
        var shape = parts[1].chars().mapToLong(c -> c == 'H' ? H : F).toArray();
        names.forEach(name -> variables.put(name, Torch.variable(sines.next(0.5, shape), type)));
        names.clear();
      }
    }
    var record = new LinkedHashMap<String, Numbers>();
    variables.forEach((name, tensor) -> record.put(name, Torch.numbers(tensor)));
    var weights = new Weights(variables);
    var x = new ArrayList<Tensor>();
    for (int t = 0; t < T; t++) {
      x.add(weights.get("x").select(0, t));
    }
    var outputs = equations.run(x, weights);
    var y = torch.stack(new TensorVector(outputs.toArray(Tensor[]::new)));
    var dy = sines.next(1, Torch.shape(y));
    record.put("y", Torch.numbers(y));
    record.put("dy", dy);
    var loss = y.mul(Torch.tensor(dy, type)).sum();
    record.put("loss", Torch.numbers(loss));
    loss.backward();
    variables.forEach((name, tensor) -> record.put("d" + name, Torch.numbers(tensor.grad())));
    return record;
  }

  private static Tensor zeros(Tensor like, int columns) {
    return torch.zeros(new long[] {B, columns}, like.options());
  }

  /// `W x`, with what is added.
  private static Tensor times(Weights p, String matrix, Tensor x, Tensor... added) {
    var product = x.matmul(p.get(matrix).t());
    for (var more : added) {
      product = product.add(more);
    }
    return product;
  }

  private static Tensor number(Tensor a, double factor, double added) {
    return a.mul(new Scalar(factor)).add(new Scalar(added));
  }

  private static Tensor oneMinus(Tensor a) {
    return number(a, -1, 1);
  }

  /// `a * b + (1 − a) * c`
  private static Tensor between(Tensor a, Tensor b, Tensor c) {
    return a.mul(b).add(oneMinus(a).mul(c));
  }

  private static Tensor positive(Tensor a) {
    return torch.where(a.ge(new Scalar(0.0)), number(a, 1, 0.5), torch.sigmoid(a));
  }

  private static List<Tensor> minGru(List<Tensor> x, Weights p) {
    var h = zeros(x.getFirst(), H);
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var z = torch.sigmoid(times(p, "Wz", now, p.get("bz")));
      h = between(z, positive(times(p, "Wn", now, p.get("bn"))), h);
      y.add(h);
    }
    return y;
  }

  private static List<Tensor> minLstm(List<Tensor> x, Weights p) {
    var h = zeros(x.getFirst(), H);
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var f = torch.sigmoid(times(p, "Wf", now, p.get("bf")));
      var i = torch.sigmoid(times(p, "Wi", now, p.get("bi")));
      var n = positive(times(p, "Wn", now, p.get("bn")));
      h = f.div(f.add(i)).mul(h).add(i.div(f.add(i)).mul(n));
      y.add(h);
    }
    return y;
  }

  private static List<Tensor> slstm(List<Tensor> x, Weights p) {
    var h = zeros(x.getFirst(), H);
    var c = zeros(x.getFirst(), H);
    var n = zeros(x.getFirst(), H);
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var i = torch.exp(times(p, "Wi", now, times(p, "Ri", h), p.get("bi")));
      var f = torch.sigmoid(times(p, "Wf", now, times(p, "Rf", h), p.get("bf")));
      var z = torch.tanh(times(p, "Wz", now, times(p, "Rz", h), p.get("bz")));
      var o = torch.sigmoid(times(p, "Wo", now, times(p, "Ro", h), p.get("bo")));
      c = f.mul(c).add(i.mul(z));
      n = f.mul(n).add(i);
      h = o.mul(c.div(n));
      y.add(h);
    }
    return y;
  }

  private static List<Tensor> rgLru(List<Tensor> x, Weights p) {
    var h = zeros(x.getFirst(), H);
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var v = times(p, "V", now);
      var r = torch.sigmoid(times(p, "Wr", v, p.get("br")));
      var i = torch.sigmoid(times(p, "Wi", v, p.get("bi")));
      var a = torch.pow(torch.sigmoid(p.get("Λ")), number(r, 8, 0));
      var rest = torch.clamp_min(oneMinus(a.mul(a)), new Scalar(1e-6));
      h = a.mul(h).add(torch.sqrt(rest).mul(i.mul(v)));
      y.add(h);
    }
    return y;
  }

  private static List<Tensor> rwkv4(List<Tensor> x, Weights p) {
    var before = zeros(x.getFirst(), F);
    var keys = new ArrayList<Tensor>();
    var values = new ArrayList<Tensor>();
    var y = new ArrayList<Tensor>();
    for (int t = 0; t < x.size(); t++) {
      var now = x.get(t);
      var r = torch.sigmoid(times(p, "Wr", between(p.get("μr"), now, before)));
      var k = times(p, "Wk", between(p.get("μk"), now, before));
      var v = times(p, "Wv", between(p.get("μv"), now, before));
      var weight = torch.exp(k.add(p.get("u")));
      var above = weight.mul(v);
      var below = weight;
      for (int i = 0; i < t; i++) {
        var decayed = torch.exp(keys.get(i).sub(number(torch.exp(p.get("w")), t - 1 - i, 0)));
        above = above.add(decayed.mul(values.get(i)));
        below = below.add(decayed);
      }
      y.add(times(p, "V", r.mul(above.div(below))));
      keys.add(k);
      values.add(v);
      before = now;
    }
    return y;
  }

  private static Tensor complex(Tensor real, Tensor imaginary) {
    return torch.view_as_complex(torch.stack(new TensorVector(real, imaginary), -1));
  }

  private static List<Tensor> lru(List<Tensor> x, Weights p) {
    var decay = torch.exp(torch.exp(p.get("ν")).neg());
    var lambda = torch.polar(decay, torch.exp(p.get("θ")));
    var gain = torch.exp(p.get("γ")).mul(torch.sqrt(oneMinus(decay.mul(decay))));
    var out = complex(p.get("Va"), p.get("Vb")).t();
    var s = complex(zeros(x.getFirst(), H), zeros(x.getFirst(), H));
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var in = complex(gain.mul(times(p, "Wa", now)), gain.mul(times(p, "Wb", now)));
      s = lambda.mul(s).add(in);
      y.add(torch.real(s.matmul(out)).add(times(p, "D", now)));
    }
    return y;
  }

  private static List<Tensor> cfc(List<Tensor> x, Weights p) {
    var h = zeros(x.getFirst(), H);
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var t = number(now.matmul(p.get("τ")), 1, 1).unsqueeze(1);
      var z = torch.tanh(times(p, "Wz", now, times(p, "Uz", h), p.get("bz")));
      var g = torch.tanh(times(p, "Vg", z, p.get("bg")));
      var n = torch.tanh(times(p, "Vn", z, p.get("bn")));
      var s = torch.sigmoid(times(p, "Va", z, p.get("ba")).mul(t)
          .add(times(p, "Vb", z, p.get("bb"))));
      h = between(s, n, g);
      y.add(h);
    }
    return y;
  }

  private static List<Tensor> qrnn(List<Tensor> x, Weights p) {
    var before = zeros(x.getFirst(), F);
    var c = zeros(x.getFirst(), H);
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var z = torch.tanh(times(p, "Wz", now, times(p, "Vz", before), p.get("bz")));
      var f = torch.sigmoid(times(p, "Wf", now, times(p, "Vf", before), p.get("bf")));
      var o = torch.sigmoid(times(p, "Wo", now, times(p, "Vo", before), p.get("bo")));
      c = between(f, c, z);
      y.add(o.mul(c));
      before = now;
    }
    return y;
  }

  private static List<Tensor> sru(List<Tensor> x, Weights p) {
    var c = zeros(x.getFirst(), H);
    var y = new ArrayList<Tensor>();
    for (var now : x) {
      var f = torch.sigmoid(times(p, "Wf", now, p.get("vf").mul(c), p.get("bf")));
      var r = torch.sigmoid(times(p, "Wr", now, p.get("vr").mul(c), p.get("br")));
      c = between(f, c, times(p, "Wn", now));
      y.add(between(r, c, times(p, "Wh", now)));
    }
    return y;
  }
}
