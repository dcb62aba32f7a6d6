// What PyTorch has no class or function for, as Python: each is written into a file that needs it. No operators.

import type { ExtraName } from './piece.js';

export const EXTRAS: Readonly<Record<ExtraName, string>> = {
  Scale: `class Scale(nn.Module):
    """A learned factor and a learned addend for each channel."""

    def __init__(self, num_features, rank, init=1, weight=True, bias=False):
        super().__init__()
        self.shape = (num_features,) + (1,) * (rank - 1)
        self.weight = self.bias = None
        if weight:
            self.weight = nn.Parameter(torch.full((num_features,), float(init)))
        if bias:
            self.bias = nn.Parameter(torch.zeros(num_features))

    def forward(self, x):
        if self.weight is not None:
            x = x * self.weight.reshape(self.shape)
        if self.bias is not None:
            x = x + self.bias.reshape(self.shape)
        return x`,
  Learned: `class Learned(nn.Module):
    """A learned tensor, the same for every image of the batch that it is given."""

    def __init__(self, shape, init=0):
        super().__init__()
        self.weight = nn.Parameter(torch.full(shape, float(init)))

    def forward(self, x):
        return self.weight.expand(x.shape[0], *self.weight.shape)`,
  Fixed: `class Fixed(nn.Module):
    """A tensor that no training changes, the same for every image of the batch."""

    def __init__(self, shape, init=0):
        super().__init__()
        self.register_buffer("weight", torch.full(shape, float(init)))

    def forward(self, x):
        return self.weight.expand(x.shape[0], *self.weight.shape)`,
  RMSNorm: `class RMSNorm(nn.Module):
    """Divides by the root of the mean square over some axes of an image."""

    def __init__(self, shape, rank, dims=(1,), eps=1e-5, weight=True, bias=False):
        super().__init__()
        self.dims, self.eps = dims, eps
        self.shape = tuple(shape) + (1,) * (rank - len(shape))
        self.weight = self.bias = None
        if weight:
            self.weight = nn.Parameter(torch.ones(shape))
        if bias:
            self.bias = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        x = x * torch.rsqrt(x.pow(2).mean(self.dims, keepdim=True) + self.eps)
        if self.weight is not None:
            x = x * self.weight.reshape(self.shape)
        if self.bias is not None:
            x = x + self.bias.reshape(self.shape)
        return x`,
  StochasticDepth: `class StochasticDepth(nn.Module):
    """Drops whole images of a batch while training (Huang et al., 2016)."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        return self.drop(x, p=self.p, training=self.training)

    @staticmethod
    def drop(x, p, training):
        if not training or p == 0:
            return x
        kept = torch.rand([x.shape[0]] + [1] * (x.ndim - 1), device=x.device) >= p
        return x * kept / (1 - p)`,
  mean_of_cells: `def mean_of_cells(pool, x, pad, **options):
    """The mean of the cells that each window meets; padding does not count."""
    cells = pool(F.pad(torch.ones_like(x[:1, :1]), pad), **options)
    return pool(F.pad(x, pad), **options) / cells`,
};
