// A first network to change, as a spec with comments. Not a generator: everybody gets the same one.

export const FIRST_NETWORK = `# Behind "=>" stands what comes out of a layer: height x width x channels.

name: First
input: 32x32x3          # height x width x channels; one image, without the batch

vars:
  width: 16             # a number of your own: --set width=32 tries another one

defaults:               # what every convolution below has, unless it says so itself
  conv: {kernel: 3, padding: 1, bias: false, norm: bn, act: relu}

layers:
  - {conv: width, name: conv1}              # => 32x32x16, params 464
  - {maxpool: 2}                            # => 16x16x16
  - {conv: 2 * width, name: conv2}          # => 16x16x32, params 4672
  - {maxpool: 2}                            # => 8x8x32
  - {conv: 4 * width, name: conv3}          # => 8x8x64, params 18560
  - gap                                     # => 64
  - {fc: 10, name: classes}                 # => 10, params 650
`;
