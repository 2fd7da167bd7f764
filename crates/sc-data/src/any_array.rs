//! An array whose element type is known only once its file has been read.

use ndarray::ArrayD;

use crate::Error;

/// Writes the enum and everything that has one arm per element type.
macro_rules! any_array {
    ($($variant:ident($element:ident), $to_f32:expr;)*) => {
        /// An array of any element type that IDX and NPY files hold.
        ///
        /// Take the array out with [`TryFrom`] when the type is known, with [`into_f32`](Self::into_f32) when only
        /// the numbers matter.
        ///
        /// ```
        /// use ndarray::{ArrayD, arr1};
        /// use sc_data::AnyArray;
        ///
        /// let array = AnyArray::I16(arr1(&[-1, 300]).into_dyn());
        /// assert_eq!(array.shape(), [2]);
        /// assert_eq!(array.element_type(), "i16");
        /// assert_eq!(array.clone().into_f32(), arr1(&[-1.0, 300.0]).into_dyn());
        /// assert!(ArrayD::<u8>::try_from(array.clone()).is_err());
        /// assert_eq!(ArrayD::<i16>::try_from(array)?[1], 300);
        /// # Ok::<(), sc_data::Error>(())
        /// ```
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum AnyArray {
            $(
                #[doc = concat!("Elements of type `", stringify!($element), "`.")]
                $variant(ArrayD<$element>),
            )*
        }

        impl AnyArray {
            /// The length of each axis, outermost first; empty for a single number.
            #[must_use]
            pub fn shape(&self) -> &[usize] {
                match self { $(Self::$variant(array) => array.shape(),)* }
            }

            /// The Rust name of the element type, such as `"u8"`.
            #[must_use]
            pub fn element_type(&self) -> &'static str {
                match self { $(Self::$variant(_) => stringify!($element),)* }
            }

            /// Every element as the nearest `f32`; `false` and `true` become 0 and 1.
            #[must_use]
            pub fn into_f32(self) -> ArrayD<f32> {
                match self { $(Self::$variant(array) => array.mapv($to_f32),)* }
            }
        }

        $(
            impl TryFrom<AnyArray> for ArrayD<$element> {
                type Error = Error;

                fn try_from(array: AnyArray) -> Result<Self, Error> {
                    match array {
                        AnyArray::$variant(array) => Ok(array),
                        other => Err(Error::ElementType {
                            expected: stringify!($element),
                            got: other.element_type(),
                        }),
                    }
                }
            }
        )*
    };
}

any_array! {
    Bool(bool), |x| f32::from(u8::from(x));
    U8(u8), f32::from;
    U16(u16), f32::from;
    U32(u32), |x| x as f32;
    U64(u64), |x| x as f32;
    I8(i8), f32::from;
    I16(i16), f32::from;
    I32(i32), |x| x as f32;
    I64(i64), |x| x as f32;
    F32(f32), |x| x;
    F64(f64), |x| x as f32;
}
