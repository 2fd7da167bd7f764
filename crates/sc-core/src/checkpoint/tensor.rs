//! One named array of a checkpoint.

use safetensors::Dtype;

mod sealed {
    pub trait Sealed {}
}

/// What a tensor of a checkpoint can be made of: `f32`, `f64`, `u8`, `u32` or `u64`. Sealed.
pub trait Element: sealed::Sealed + Copy + 'static {
    /// Name of the type in messages.
    const NAME: &'static str;
    #[doc(hidden)]
    const DTYPE: Dtype;
    #[doc(hidden)]
    fn wrap(elements: Vec<Self>) -> Elements;
    #[doc(hidden)]
    fn unwrap(elements: &Elements) -> Option<&[Self]>;
}

/// A shape and as many elements as it says, row-major.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tensor {
    shape: Vec<usize>,
    elements: Elements,
}

impl Tensor {
    pub(super) fn new<T: Element>(shape: &[usize], elements: &[T]) -> Self {
        Self { shape: shape.to_vec(), elements: T::wrap(elements.to_vec()) }
    }

    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(super) fn elements<T: Element>(&self) -> Option<&[T]> {
        T::unwrap(&self.elements)
    }
}

/// Writes the enum of element types and all that must know every one of them.
macro_rules! elements {
    ($($type:ident $variant:ident),*) => {
        /// The elements of a tensor, by type.
        #[doc(hidden)]
        #[derive(Debug, Clone, PartialEq)]
        pub enum Elements {
            $(#[allow(missing_docs)] $variant(Vec<$type>)),*
        }

        $(
            impl sealed::Sealed for $type {}

            impl Element for $type {
                const NAME: &'static str = stringify!($type);
                const DTYPE: Dtype = Dtype::$variant;

                fn wrap(elements: Vec<Self>) -> Elements {
                    Elements::$variant(elements)
                }

                fn unwrap(elements: &Elements) -> Option<&[Self]> {
                    match elements {
                        Elements::$variant(elements) => Some(elements),
                        _ => None,
                    }
                }
            }
        )*

        impl Tensor {
            pub(super) fn type_name(&self) -> &'static str {
                match self.elements {
                    $(Elements::$variant(_) => $type::NAME),*
                }
            }

            pub(super) fn dtype(&self) -> Dtype {
                match self.elements {
                    $(Elements::$variant(_) => $type::DTYPE),*
                }
            }

            pub(super) fn n_bytes(&self) -> usize {
                match &self.elements {
                    $(Elements::$variant(elements) => size_of_val(&elements[..])),*
                }
            }

            /// Appends the little-endian bytes of all elements.
            pub(super) fn push_le_bytes(&self, bytes: &mut Vec<u8>) {
                match &self.elements {
                    $(Elements::$variant(elements) => {
                        elements.iter().for_each(|element| bytes.extend(element.to_le_bytes()));
                    }),*
                }
            }

            /// Takes little-endian bytes; `None` if the type is not one of ours. The length must fit the
            /// shape.
            pub(super) fn from_le_bytes(dtype: Dtype, shape: &[usize], bytes: &[u8]) -> Option<Self> {
                let elements = match dtype {
                    $(Dtype::$variant => {
                        let (elements, _) = bytes.as_chunks();
                        Elements::$variant(elements.iter().map(|&element| $type::from_le_bytes(element)).collect())
                    })*
                    _ => return None,
                };
                Some(Self { shape: shape.to_vec(), elements })
            }
        }
    };
}

elements!(f32 F32, f64 F64, u8 U8, u32 U32, u64 U64);
